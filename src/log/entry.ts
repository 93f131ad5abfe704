// What stands in the log at one offset: a message, or a mark that something about a feed changed.

import type { Author, Hash } from '../feed/index.ts'

/** Whether the immediate predecessor is held and its hash is `previous`. */
export type Link = 'linked' | 'gapped'

/** The JSON of a canonical text. Only ever parsed from text that was verified. */
export interface Envelope {
  author: Author
  sequence: number
  previous: Hash | null
  timestamp: string
  content: unknown
  schema_id?: string
  relates?: Hash
  tags?: string[]
  trace_id?: string
  span_id?: string
  expires_at?: string
}

/** One verified message at its place in arrival order. */
export interface MessageEntry {
  readonly kind: 'message'
  /** Arrival order on this node. Never leaves the node except as a cursor that a client hands back. */
  readonly offset: number
  /** Number of the author's feed in this store: a short key for the tables of readers, as local as `offset`. */
  readonly feed: number
  readonly author: Author
  readonly sequence: number
  readonly hash: Hash
  /** The signed text, verbatim. */
  readonly text: string
  /** 64 bytes. */
  readonly signature: Uint8Array
  /** Milliseconds since 1970, by this node's clock. */
  readonly receivedAt: number
  /** PeerId of the peer it came from. Known for recent messages only, while the process that took them runs; absent for our own. */
  readonly receivedFrom?: string
  readonly link: Link
  /** False from the fork point of its feed on, when read: kept as evidence, without effect anywhere. */
  readonly inEffect: boolean
  /** `text`, parsed on first use and kept. */
  readonly envelope: Envelope
}

/** From `sequence` on no message of `author` has any effect: two that differ were signed for one place. */
export interface ForkedEntry {
  readonly kind: 'forked'
  readonly offset: number
  readonly feed: number
  readonly author: Author
  readonly sequence: number
}

/** Messages `from` to `to` (both included) of `author` were removed here and are not taken again. */
export interface ForgottenEntry {
  readonly kind: 'forgotten'
  readonly offset: number
  readonly feed: number
  readonly author: Author
  readonly from: number
  readonly to: number
}

/** A message that a disk has damaged: told in its place to who follows the log, so that he gets past it. */
export interface DamagedEntry {
  readonly kind: 'damaged'
  readonly offset: number
  readonly feed: number
  readonly author: Author
  readonly sequence: number
}

/** What `log.read` yields. */
export type Entry = MessageEntry | ForkedEntry | ForgottenEntry | DamagedEntry
