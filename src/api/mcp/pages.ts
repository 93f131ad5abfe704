// As many messages as fit into a budget, and a cursor for the rest: the index that egregore_query answers.

import { setImmediate } from 'node:timers/promises'
import { z } from '@hono/zod-openapi'
import { ApiError } from '../errors.ts'
import { ENTRY_BYTES_MIN, MESSAGE_BYTES_MIN, TURN_LENGTH_MAX } from './constants.ts'
import { FENCE_SHAPE, newFence } from './fence.ts'
import {
  cutMessage,
  IndexEntryShape,
  indexEntry,
  readMessage,
  ShownMessageShape,
  shownMessage,
} from './shown-message.ts'
import { bytesIn, jsonBytes } from './tokens.ts'
import type { MessageData } from '../shapes/message.ts'
import type { MailEntry } from './mail-entry.ts'
import type { MemoryEntry } from './memory-entry.ts'
import type { IndexEntry, ShownMessage } from './shown-message.ts'

/** What a page of messages looks like. */
export const PageShape = z.object({
  notice: FENCE_SHAPE.notice,
  begin: FENCE_SHAPE.begin,
  messages: z.array(z.union([IndexEntryShape, ShownMessageShape])),
  end: FENCE_SHAPE.end,
  next: z.string().optional().describe('Give it as cursor to get what follows; absent on the last page.'),
  total: z.number().int().optional().describe('How many there are in all; absent when nobody counted that far.'),
})

/** {@link PageShape} */
export type PageData = Omit<z.infer<typeof PageShape>, 'messages'> & { messages: Entry[] }

/** Messages as a route answered them. */
export interface Found {
  /** Each as JSON text. */
  items: readonly string[]
  /** How many there are in all. */
  total?: number | undefined
  /** Names the place behind the last of the items; absent when nothing is there. */
  next: string | undefined
  /** Names the place behind any of them, where that needs no further question. */
  nextBehind?: (count: number) => string
}

/** What to show of messages, and in how much room. */
export interface PageInit {
  detail: 'index' | 'full'
  maxTokens: number
  limit: number
  /** Milliseconds since 1970. */
  now: number
  /**
   * What is shown of an item.
   *
   * @default by `detail`, of a message
   */
  show?: (item: string) => Entry
}

type Entry = IndexEntry | ShownMessage | MemoryEntry | MailEntry

/** A cursor or a total of this length is provided for before either is known. */
const ENDING = { next: 'x'.repeat(72), total: Number.MAX_SAFE_INTEGER }

/**
 * A page of at most `limit` messages that keeps to its budget.
 *
 * @param ask - the first so many messages of the list
 */
export async function pageWithin(ask: (limit: number) => Promise<Found>, init: PageInit): Promise<PageData> {
  const { notice, begin, end } = newFence()
  const room = bytesIn(init.maxTokens) - jsonBytes({ notice, begin, messages: [], end, ...ENDING })
  const least = init.detail === 'index' ? ENTRY_BYTES_MIN : MESSAGE_BYTES_MIN
  const { entries, found } = await fill(ask, init, Math.min(init.limit, Math.ceil(room / least)), room)
  return { notice, begin, messages: entries, end, next: found.next, total: found.total }
}

/**
 * How many a cursor of a ranked or shifting list has behind it: no place in such a list outlives an answer.
 *
 * @param which - answers, whose `next` it must be
 */
export function placeIn(cursor: string, which: string): number {
  if (/^[0-9]{1,6}$/.test(cursor)) return Number(cursor)
  const message = `must be the next of an answer ${which}`
  throw new ApiError('INVALID_QUERY', `cursor ${message}.`, [{ field: 'cursor', message }])
}

/** Asks for fewer when not all fit and only the end of a whole answer has a cursor. */
async function fill(
  ask: (limit: number) => Promise<Found>,
  init: PageInit,
  limit: number,
  room: number,
): Promise<{ entries: Entry[]; found: Found }> {
  const found = await ask(limit)
  const entries = await fitting(found.items, init, room)
  if (entries.length === found.items.length) return { entries, found }
  if (entries.length > 0 && found.nextBehind !== undefined) {
    return { entries, found: { ...found, next: found.nextBehind(entries.length) } }
  }
  const [first] = found.items
  if (first === undefined || found.items.length > 1) return fill(ask, init, Math.max(1, entries.length), room)
  return { entries: [cutMessage(shownMessage(readMessage(first)), room)], found }
}

/** The first of them, as many as have room. */
async function fitting(items: readonly string[], init: PageInit, room: number): Promise<Entry[]> {
  const { show = (item) => shownBy(init, readMessage(item)) } = init
  const entries: Entry[] = []
  let left = room
  let unpaused = 0
  for (const item of items) {
    unpaused += item.length
    if (unpaused > TURN_LENGTH_MAX) {
      await setImmediate()
      unpaused = item.length
    }
    const entry = show(item)
    left -= jsonBytes(entry) + 1
    if (left < 0) break
    entries.push(entry)
  }
  return entries
}

function shownBy({ detail, now }: PageInit, message: MessageData): IndexEntry | ShownMessage {
  return detail === 'index' ? indexEntry(message, now) : shownMessage(message)
}
