// The feeds of a trie side by side in one piece of memory, in the order of their places: a hundred thousand feeds as objects of their own would
// take several times as much.

import { hash } from 'node:crypto'
import { authorFromKey } from '../../../feed/index.ts'
import { TRIE_SALT_BYTES } from '../constants.ts'
import { keyIn } from './author-key.ts'
import type { Author } from '../../../feed/index.ts'
import type { Head } from '../../../log/index.ts'
import type { Prefix } from './trie.ts'

/** A row: salted key 8 ‖ author 32, by which rows are in order, ‖ leaf 8. */
const KEY_BYTES = 8
const PLACE_BYTES = KEY_BYTES + 32
const LEAF_BYTES = 8
const ROW_BYTES = PLACE_BYTES + LEAF_BYTES

/** The record of a root, spec §3: author 32 ‖ sequence 8 ‖ hash 32 ‖ forked 1. */
const RECORD_BYTES = 73

/** Room that rows are given when they have none: more would stand empty, less be copied more often. */
const ROOM_BYTES = 8 * ROW_BYTES

/** Rows come by the hundred thousand. */
const SCRATCH = {
  row: Buffer.alloc(ROW_BYTES),
  record: Buffer.alloc(RECORD_BYTES),
  salted: Buffer.alloc(TRIE_SALT_BYTES + 32),
}

export const NO_ROWS: Buffer = Buffer.alloc(0)

/** How many there are. */
export function countOf(rows: Buffer): number {
  return rows.length / ROW_BYTES
}

/**
 * Where a feed stands in a trie: its salted key, by whose digits it is found, then its author.
 *
 * @param salt - 8 bytes
 */
export function placeOf(salt: Uint8Array, author: Author): Buffer {
  const place = Buffer.alloc(PLACE_BYTES)
  writePlace(place, salt, author)
  return place
}

/** Whether a place lies below a prefix. */
export function isBelow(place: Buffer, prefix: Prefix): boolean {
  return place.toString('hex', 0, KEY_BYTES).startsWith(prefix)
}

/**
 * The row of a feed, in memory that the next row takes.
 *
 * @param salt - 8 bytes
 */
export function rowOf(salt: Uint8Array, { author, sequence, hash: headHash, forkedAt }: Head): Buffer {
  writePlace(SCRATCH.row, salt, author)
  const { record } = SCRATCH
  record.fill(0)
  SCRATCH.row.copy(record, 0, KEY_BYTES, PLACE_BYTES)
  record.writeBigUInt64BE(BigInt(sequence), 32)
  if (headHash !== undefined) record.write(headHash, 40, 'hex')
  record[72] = forkedAt === undefined ? 0 : 1
  SCRATCH.row.write(hash('sha256', record, 'binary'), PLACE_BYTES, 8, 'latin1')
  return SCRATCH.row
}

function writePlace(place: Buffer, salt: Uint8Array, author: Author): void {
  place.set(keyIn(author), KEY_BYTES)
  SCRATCH.salted.set(salt)
  place.copy(SCRATCH.salted, TRIE_SALT_BYTES, KEY_BYTES, PLACE_BYTES)
  place.write(hash('sha256', SCRATCH.salted, 'binary'), 0, KEY_BYTES, 'latin1')
}

/** Whose feeds they are, in order. */
export function authorsOf(rows: Buffer): Author[] {
  return rowsIn(rows).map((row) => authorFromKey(row.subarray(KEY_BYTES, PLACE_BYTES)))
}

/** Their leaves, one behind the other. */
export function leavesOf(rows: Buffer): Buffer {
  const leaves = Buffer.allocUnsafe(countOf(rows) * LEAF_BYTES)
  for (let from = PLACE_BYTES, to = 0; from < rows.length; from += ROW_BYTES, to += LEAF_BYTES) {
    rows.copy(leaves, to, from, from + LEAF_BYTES)
  }
  return leaves
}

function rowsIn(rows: Buffer): Buffer[] {
  return Array.from({ length: countOf(rows) }, (_, index) => rows.subarray(index * ROW_BYTES, (index + 1) * ROW_BYTES))
}

/** The rows with this one among them, in the place of an earlier one of the same feed. */
export function withRow(rows: Buffer, row: Buffer): Buffer {
  let at = 0
  let order = -1
  for (; at < rows.length; at += ROW_BYTES) {
    order = rows.compare(row, 0, PLACE_BYTES, at, at + PLACE_BYTES)
    if (order >= 0) break
  }
  const isNew = at === rows.length || order > 0
  const grown = isNew ? withRoom(rows) : rows
  if (isNew) grown.copyWithin(at + ROW_BYTES, at)
  row.copy(grown, at)
  return grown
}

/** The same rows with room for one more at the end: in their own memory, while that has any. */
function withRoom(rows: Buffer): Buffer {
  const bytes = rows.length + ROW_BYTES
  const hasRoom = bytes <= rows.buffer.byteLength
  return Buffer.from((hasRoom ? rows : withoutPool(rows, rows.length + ROOM_BYTES)).buffer, 0, bytes)
}

/** A copy in memory of its own: a small buffer from Node's pool would hold on to all of that. */
export function withoutPool(rows: Buffer, bytes = rows.length): Buffer {
  const copy = Buffer.alloc(bytes)
  rows.copy(copy)
  return copy
}

/** The part of the rows with this digit. They are in order, so it is one piece. */
export function rowsAt(rows: Buffer, depth: number, digit: number): Buffer {
  let from = 0
  while (from < rows.length && digitAt(rows, depth, from) < digit) from += ROW_BYTES
  let to = from
  while (to < rows.length && digitAt(rows, depth, to) === digit) to += ROW_BYTES
  return rows.subarray(from, to)
}

/** The digit of the row that begins at `at`. */
export function digitAt(rows: Buffer, depth: number, at = 0): number {
  const byte = rows[at + (depth >> 1)] ?? 0
  return depth % 2 === 0 ? byte >> 4 : byte & 15
}
