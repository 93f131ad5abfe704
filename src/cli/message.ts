// The line that verbs print for a message.

import { authorCell } from './authors.ts'
import { age, cut, pad, plain } from './output.ts'
import type { MessageData } from '../api/index.ts'

const TITLE_WIDTH = 72
const TYPE_WIDTH = 16

/** The best few words for a message: its title, or the first of its texts. */
export function titleOf({ content }: Pick<MessageData, 'content'>): string {
  if (typeof content !== 'object' || content === null) return cut(plain(JSON.stringify(content)), TITLE_WIDTH)
  const fields = content as Record<string, unknown>
  const words = ['title', 'name', 'question', 'answer', 'text', 'observation', 'content', 'body'].map(
    (name) => fields[name],
  )
  const found = words.find((word): word is string => typeof word === 'string' && word !== '')
  return cut(plain(found ?? JSON.stringify(content)), TITLE_WIDTH)
}

/** Cells of one row: hash, age, author, type, title. */
export function messageRow(message: MessageData, now: number): string[] {
  const type = (message.content as { type?: unknown } | null)?.type
  return [
    message.hash.slice(0, 8),
    age(message.timestamp, now),
    authorCell(message.author, message.local.author_name),
    typeof type === 'string' ? cut(plain(type), TYPE_WIDTH) : '',
    titleOf(message),
  ]
}

/** One message in one line, where no others tell how wide its columns are. */
export function messageLine(message: MessageData, now: number): string {
  const cells = messageRow(message, now)
  return cells
    .map((cell, column) => pad(cell, LINE_WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd()
}

const LINE_WIDTHS = [8, 4, 16, TYPE_WIDTH]

/** Headings of {@link messageRow}. */
export const MESSAGE_HEADINGS = ['HASH', 'AGE', 'AUTHOR', 'TYPE', 'TITLE'] as const
