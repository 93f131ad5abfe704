// A message as an agent sees it: one line of an index, or whole. Nothing in it is hidden or steers a terminal.

import { z } from '@hono/zod-openapi'
import { parseJson, parseTimestamp } from '../../feed/index.ts'
import { MessageShape } from '../shapes/message.ts'
import { SNIPPET_BYTES_MAX, TITLE_BYTES_MAX, WORD_BYTES_MAX } from './constants.ts'
import { shortText, visibleValue } from './plain-text.ts'
import { cutToBytes, jsonBytes } from './tokens.ts'
import type { MessageData } from '../shapes/message.ts'

/** One line of an index: enough to tell whether to fetch the message. */
export const IndexEntryShape = z.object({
  hash: z.string(),
  author: z.string(),
  name: z
    .string()
    .optional()
    .describe(
      'What the author’s profile says, with a short key if others are called so too; the key in author proves who it is, the name does not.',
    ),
  age: z.string().describe('How long ago it came or was written, whichever is longer.'),
  type: z.string().optional().describe('content.type'),
  agent: z.string().optional().describe('Who of several agents at that node says it wrote this.'),
  title: z.string().optional(),
  snippet: z.string().optional().describe('What matched, between [ and ], or how it begins.'),
  score: z.number().optional().describe('Search only. Higher is better, within one answer.'),
  flags: z
    .array(z.string())
    .optional()
    .describe('What to know before trusting it: superseded means that its author has said it anew; future, forked.'),
  superseded_by: z.string().optional().describe('Search only. The hash of what its author says now instead.'),
  stance: z
    .number()
    .int()
    .optional()
    .describe('Search only. Endorsements minus disputes of other authors; absent when nobody took a stance.'),
  disputed: z.string().optional().describe('Search only. The reason of the last dispute: a claim of its author.'),
})

/** A whole message. Content that does not fit the budget is told by its beginning. */
export const ShownMessageShape = MessageShape.partial({ content: true }).extend({
  content_start: z.string().optional().describe('Instead of content: how its JSON begins.'),
  content_bytes: z.number().int().optional().describe('Of the JSON of a content that was cut.'),
})

export type IndexEntry = z.infer<typeof IndexEntryShape>
export type ShownMessage = z.infer<typeof ShownMessageShape>

/** Reads a message as a route answers it; numbers keep their spelling. */
export function readMessage(json: string): MessageData {
  return parseJson(json) as MessageData // As: this node's own text.
}

/** @param now - milliseconds since 1970 */
export function indexEntry(message: MessageData, now: number): IndexEntry {
  const { hash, author, timestamp, content, local } = message
  const age = ageOf(Math.min(parseTimestamp(timestamp), parseTimestamp(local.received_at)), now)
  return {
    hash,
    author,
    ...nameOf(message),
    age,
    ...gistOf(content, local),
    ...(local.flags.length > 0 && { flags: local.flags }),
    ...standingOf(local),
  }
}

/** What a content says in two lines, and how well that was found. */
export function gistOf(
  content: unknown,
  { snippet, score }: { snippet?: string | undefined; score?: number | undefined },
): Pick<IndexEntry, 'type' | 'agent' | 'title' | 'snippet' | 'score'> {
  const fields = typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {} // As: any object.
  const title = firstText(fields, TITLE_FIELDS)
  const text = firstText(fields, TEXT_FIELDS, title)
  const matched = snippet !== undefined && text !== undefined && isPartOf(title, snippet) ? undefined : snippet
  const told = matched || (text ?? (title === undefined ? textOf(content) : ''))
  return {
    ...shortened('type', fields.type, WORD_BYTES_MAX),
    ...shortened('agent', fields.agent, WORD_BYTES_MAX),
    ...shortened('title', title, TITLE_BYTES_MAX),
    ...shortened('snippet', told, SNIPPET_BYTES_MAX),
    ...(score !== undefined && { score: Math.round(score * 1000) / 1000 }),
  }
}

/** Where what matched is the title, which stands beside it, the beginning of the text says more. */
function isPartOf(title: string | undefined, snippet: string): boolean {
  return title !== undefined && barely(title).includes(barely(snippet))
}

/** Without marks of a match, and in one line. */
function barely(text: string): string {
  return text
    .replace(/[[\]…]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}

export function shownMessage(message: MessageData): ShownMessage {
  return visibleValue(message) as ShownMessage // As: texts stay texts.
}

/** The same with as much of its content as keeps its JSON within so many bytes, and without its tags. */
export function cutMessage({ content, tags: _, ...rest }: ShownMessage, bytesMax: number): ShownMessage {
  const json = JSON.stringify(content)
  const frame = { ...rest, content_start: '', content_bytes: Buffer.byteLength(json) }
  const room = bytesMax - jsonBytes(frame)
  return { ...frame, content_start: cutToBytes(json, Math.max(0, room)) }
}

/** What its author and others have said of it since. */
function standingOf({
  effect,
  stance,
}: MessageData['local']): Pick<IndexEntry, 'superseded_by' | 'stance' | 'disputed'> {
  return {
    ...(effect?.reason === 'SUPERSEDED' && effect.by !== undefined && { superseded_by: effect.by }),
    ...(stance !== undefined && { stance: stance.score }),
    ...shortened('disputed', stance?.reasons[0]?.reason, SNIPPET_BYTES_MAX),
  }
}

/** An author without a name is called by its key, which stands beside it anyway. */
function nameOf({ author, local }: MessageData): { name?: string } {
  const name = local.author_name
  // Whole, however long: the end is what tells two names apart.
  return author.startsWith(name) ? {} : { name }
}

/** content-types.md: where the known types say what they are about, and what they say. */
const TITLE_FIELDS = ['title', 'name', 'question', 'subject']
const TEXT_FIELDS = [
  'observation',
  'content',
  'text',
  'answer',
  'body',
  'reason',
  'comment',
  'description',
  'question',
  'message',
]

function firstText(
  fields: Readonly<Record<string, unknown>>,
  names: readonly string[],
  except?: string,
): string | undefined {
  const texts = names.map((name) => fields[name])
  return texts.find((text): text is string => typeof text === 'string' && text.trim() !== '' && text !== except)
}

function textOf(content: unknown): string {
  return typeof content === 'string' ? content : JSON.stringify(content)
}

/** What is no text, or has nothing that can be seen, is left out. */
export function shortened<Name extends string>(
  name: Name,
  text: unknown,
  bytesMax: number,
): { [name in Name]?: string } {
  if (typeof text !== 'string') return {}
  const shown = shortText(text, bytesMax)
  return shown === '' ? {} : ({ [name]: shown } as { [name in Name]?: string }) // As: the name is computed.
}

/** In the largest unit that says something: 5s, 3m, 2h, 9d. */
export function ageOf(time: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - time) / 1000))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}
