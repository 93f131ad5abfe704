// What of a message is indexed: every text in its content, at any depth, and its tags. Names of fields are not: nobody searches them.

import { agentOf } from '../content/index.ts'
import { INDEXED_LENGTH_MAX } from './constants.ts'
import { label, listedTags } from './labels.ts'
import type { Envelope, MessageEntry } from '../log/index.ts'

/** A message's text, as it falls into the columns of the index. */
export interface SearchText {
  title: string
  observation: string
  /** Everything else. */
  rest: string
}

/** The text of a message that search looks through. */
export function searchTextOf({ content, tags }: Envelope): SearchText {
  const named = { title: '', observation: '' }
  const rest: string[] = []
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    for (const [name, value] of Object.entries(content)) {
      if ((name === 'title' || name === 'observation') && typeof value === 'string') named[name] = value
      else collectTexts(value, rest)
    }
  } else {
    collectTexts(content, rest)
  }
  rest.push(...listedTags(tags))
  return { ...named, rest: rest.join('\n').slice(0, INDEXED_LENGTH_MAX) }
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
  type?: string | undefined
  tags?: readonly string[] | undefined
  agent?: string | undefined
}

/** The marks of one message. */
export function marksOf({ feed, envelope: { content, tags } }: MessageEntry): string {
  const type = (content as { type?: unknown } | null)?.type
  const agent = agentOf(content)
  return marks({ feed, tags: listedTags(tags), type: typeof type === 'string' ? type : undefined, agent })
}

/**
 * Words by which the index knows what a message is, so that a filter is one more word to look up and no message is looked at in vain.
 * Each begins with a character of private use, which nobody types, and ends where the stemmer cuts nothing.
 */
export function marks({ feed, type, tags = [], agent }: Marked): string {
  const names = tags.map((tag) => label('tag', tag))
  if (type !== undefined) names.push(label('type', type))
  if (agent !== undefined) names.push(label('agent', agent))
  if (feed !== undefined) names.push(`feed:${feed}`)
  return names.map((name) => `\uE000${Buffer.from(name).toString('hex')}x`).join(' ')
}
