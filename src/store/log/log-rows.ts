// Rows as the log's tables hold them, and what they mean.

import { hash as digest } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { authorFromKey } from '../../feed/index.ts'
import type { Author, Hash } from '../../feed/index.ts'
import type { FeedRow, Head, HeldMessage, Hole, HoleReason } from '../../log/index.ts'

/** Kinds of entries, as migrations/001-log.ts numbers them. */
export const MESSAGE = 0
export const FORKED = 1
export const FORGOTTEN = 2

/** Reasons of holes, in the order of their numbers in the table. */
export const REASONS: readonly HoleReason[] = ['missing', 'filtered', 'forgotten', 'damaged']

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
  /** As {@link guardOf}; null of a message of an earlier version, which did not write it. */
  guard: number | null
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

export function heldMessageOf(row: EntryColumns): HeldMessage {
  return {
    offset: row.offset,
    hash: isBytes(row.hash) ? hexOf(row.hash) : '',
    previous: isAsSigned(row) ? previousIn(row.text) : undefined,
    link: row.linked === 1 ? 'linked' : 'gapped',
  }
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

/**
 * Whether a row holds what was signed, as far as can be told without checking the signature: a disk that changes a letter does so in silence.
 * The text is held against its hash; signature and sequence, which no hash covers, against a sum of them that stands beside.
 */
export function isAsSigned({ text, hash, sequence, signature, guard }: SignedColumns): boolean {
  // A change in the head of a row makes columns of another type of them.
  if (typeof text !== 'string' || !isBytes(hash) || !isBytes(signature)) return false
  return digest('sha256', text, 'hex') === hexOf(hash) && (guard === null || guard === guardOf(sequence, signature))
}

export type SignedColumns = Pick<EntryColumns, 'text' | 'hash' | 'sequence' | 'signature' | 'guard'>

function isBytes(column: unknown): boolean {
  return column instanceof Uint8Array
}

/** A sum over a signature and the sequence that it stands at. */
export function guardOf(sequence: number, signature: Uint8Array): number {
  return crc32(signature, sequence % 2 ** 32)
}

const PREVIOUS_KEY = '"previous":'
const HASH_LENGTH = 64

/** Found without parsing: only author and sequence stand before it, and neither can hold its key. */
export function previousIn(text: string): Hash | null {
  const start = text.indexOf(PREVIOUS_KEY) + PREVIOUS_KEY.length
  return text.startsWith('null', start) ? null : text.slice(start + 1, start + 1 + HASH_LENGTH)
}
