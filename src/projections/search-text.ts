// What of a message is indexed: every text in its content, at any depth, and its tags. Names of fields are not: nobody searches them.

import { agentOf, categoryOf, projectOf } from '../content/index.ts'
import { INDEXED_LENGTH_MAX } from './constants.ts'
import { label, listedTags } from './labels.ts'
import { identifierPartsIn, spaced } from './word-parts.ts'
import type { Envelope, MessageEntry } from '../log/index.ts'

/** A message's text, as it falls into the columns of the index. */
export interface SearchText {
  title: string
  /** What the message says, whatever its type calls it. */
  observation: string
  /** Everything else, and the parts of identifiers in all of it. */
  rest: string
}

/** Fields that hold what a message says: of an insight, a memory, a message, a query, a response, and of clients of the original. */
const SAYING = new Set(['observation', 'content', 'text', 'question', 'answer', 'body'])

/** The text of a message that search looks through. */
export function searchTextOf({
  content,
  tags,
}: Pick<Envelope, 'content'> & { tags?: readonly string[] | undefined }): SearchText {
  const { title, said, rest } = sortedTexts(content)
  rest.push(...listedTags(tags))
  const observation = said.join('\n')
  for (const text of [title, observation, ...rest]) rest.push(...identifierPartsIn(text))
  return {
    title: spaced(title),
    observation: spaced(observation),
    rest: spaced(rest.join('\n')).slice(0, INDEXED_LENGTH_MAX),
  }
}

function sortedTexts(content: unknown): { title: string; said: string[]; rest: string[] } {
  const sorted = { title: '', said: [] as string[], rest: [] as string[] }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    collectTexts(content, sorted.rest)
    return sorted
  }
  for (const [name, value] of Object.entries(content)) {
    if (typeof value !== 'string') collectTexts(value, sorted.rest)
    else if (name === 'title') sorted.title = value
    else (SAYING.has(name) ? sorted.said : sorted.rest).push(value)
  }
  return sorted
}

/** Content is at most 128 deep, so this may call itself. */
function collectTexts(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value)
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) collectTexts(inner, texts)
  }
}

/** What a search can be narrowed to by the index itself. */
export interface Marked {
  feed?: number | undefined
  /** One of these. */
  types?: readonly string[] | undefined
  tag?: string | undefined
  agent?: string | undefined
  category?: string | undefined
  project?: string | undefined
}

/**
 * The marks of one message: words by which the index knows what it is, so that a filter is one more word to look up and no message is looked
 * at in vain. Each begins with a character of private use, which nobody types, and ends where the stemmer cuts nothing.
 */
export function marksOf({ feed, envelope: { content, tags } }: MessageEntry): string {
  const { type } = (content ?? {}) as Record<string, unknown> // As: of what is no object this is undefined.
  const named = { type, agent: agentOf(content), category: categoryOf(content), project: projectOf(content) }
  const marks = [`feed:${feed}`, ...listedTags(tags).map((tag) => label('tag', tag))]
  for (const kind of ['type', 'agent', 'category', 'project'] as const) {
    const value = named[kind]
    if (typeof value === 'string') marks.push(label(kind, value))
  }
  return marks.map(markNamed).join(' ')
}

/** What FTS5 finds in the marks of the messages wanted; empty when nothing is asked of them. */
export function marksWanted({ feed, types, tag, agent, category, project }: Marked): string {
  const wanted: string[] = []
  if (feed !== undefined) wanted.push(markNamed(`feed:${feed}`))
  if (types !== undefined) wanted.push(`(${types.map((type) => markNamed(label('type', type))).join(' OR ')})`)
  const named = { tag, agent, category, project }
  for (const kind of ['tag', 'agent', 'category', 'project'] as const) {
    const value = named[kind]
    if (value !== undefined) wanted.push(markNamed(label(kind, value)))
  }
  return wanted.join(' AND ')
}

function markNamed(name: string): string {
  return `\uE000${Buffer.from(name).toString('hex')}x`
}
