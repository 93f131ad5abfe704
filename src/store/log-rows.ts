// Rows as the log's tables hold them, and what they mean.

import { authorFromKey } from '../feed/index.ts'
import type { Author, Hash } from '../feed/index.ts'
import type { FeedRow, Head, Hole, HoleReason } from '../log/index.ts'

/** Kinds of entries, as migrations/001-log.ts numbers them. */
export const MESSAGE = 0
export const FORKED = 1
export const FORGOTTEN = 2

/** Reasons of holes, in the order of their numbers in the table. */
export const REASONS: readonly HoleReason[] = ['missing', 'filtered', 'forgotten']

/** An empty store, or a mark, has no hash to check a cursor by. */
const NO_CHECK = '0000000000000000'

export interface FeedColumns {
  id: number
  head: number
  head_hash: Buffer | null
  forked_at: number | null
  arrival: number
}

export interface HeadColumns extends FeedColumns {
  key: Buffer
  floor: number
}

export interface EntryColumns {
  offset: number
  kind: number
  feed: number
  sequence: number
  until: number | null
  linked: number
  received_at: number
  hash: Buffer
  signature: Buffer
  text: string
  forked_at: number | null
}

export interface HeldColumns extends Pick<EntryColumns, 'offset' | 'feed' | 'sequence'> {
  bytes: number
}

export interface HoleColumns {
  first: number
  last: number
  reason: number
}

export function feedRow(author: Author, row: FeedColumns): FeedRow {
  const { id, head, arrival } = row
  return {
    id,
    author,
    head,
    headHash: row.head_hash ? hexOf(row.head_hash) : undefined,
    forkedAt: row.forked_at ?? undefined,
    arrival,
  }
}

export function headOf(row: HeadColumns): Head {
  const { head: sequence, floor, arrival } = row
  const hash = row.head_hash ? hexOf(row.head_hash) : undefined
  return { author: authorFromKey(row.key), sequence, hash, floor, arrival, forkedAt: row.forked_at ?? undefined }
}

export function holeOf({ first, last, reason }: HoleColumns): Hole {
  return { from: first, to: last, reason: REASONS[reason] ?? 'missing' }
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

export function checkOf(hash: Uint8Array | null | undefined): string {
  return hash ? hexOf(hash.subarray(0, 8)) : NO_CHECK
}

const PREVIOUS_KEY = '"previous":'
const HASH_LENGTH = 64

/** Found without parsing: only author and sequence stand before it, and neither can hold its key. */
export function previousIn(text: string): Hash | null {
  const start = text.indexOf(PREVIOUS_KEY) + PREVIOUS_KEY.length
  return text.startsWith('null', start) ? null : text.slice(start + 1, start + 1 + HASH_LENGTH)
}
