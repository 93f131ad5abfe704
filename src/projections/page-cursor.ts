// Where a page of a list ends, as opaque text that the caller hands back. Unlike a count of messages to skip, it still names the same
// place when messages have arrived meanwhile.

import { ProjectionError } from './errors.ts'
import { listedTime } from './times.ts'
import type { MessageEntry } from '../log/index.ts'

/** A place in the order of a list: a time and an offset, or a sequence and an offset. */
export interface Place {
  key: number
  offset: number
}

/** What the keys of a list are; a cursor of one order means nothing in the other. */
export type Order = 'time' | 'sequence'

/** Before everything, in an order that falls. */
export const START: Place = { key: Number.MAX_SAFE_INTEGER, offset: Number.MAX_SAFE_INTEGER }

const CURSOR = /^(?<order>time|sequence):(?<key>-?\d{1,16}):(?<offset>\d{1,16})$/

export function cursorAt(order: Order, { key, offset }: Place): string {
  return Buffer.from(`${order}:${key}:${offset}`).toString('base64url')
}

/** The cursor of a list in the order of time that goes on behind this message, for whoever shows less of a page than there is. */
export function cursorBehind(message: MessageEntry): string {
  return cursorAt('time', { key: listedTime(message), offset: message.offset })
}

/** @throws ProjectionError `PROJECTION_CURSOR_INVALID` */
export function placeOf(order: Order, cursor: string): Place {
  const found = CURSOR.exec(Buffer.from(cursor, 'base64url').toString())?.groups
  if (found === undefined || found.order !== order) throw invalid(cursor)
  return { key: Number(found.key), offset: Number(found.offset) }
}

function invalid(cursor: string): ProjectionError {
  const found = cursor.slice(0, 100)
  return new ProjectionError(
    'PROJECTION_CURSOR_INVALID',
    'The cursor is not one that this list gave: pass on metadata.next of the page before.',
    { field: 'after', found },
  )
}
