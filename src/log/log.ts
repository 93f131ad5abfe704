// The log: publish, ingest, read.

import type { Author, Draft, Hash, Identity, Item } from '../feed/index.ts'
import type { Entry, MessageEntry } from './entry.ts'
import type { IngestResult } from './ingest.ts'
import type { Head, HeadsQuery, Hole, LogStore, Root, StoreCounts, StoreCursor } from './log-store.ts'

/** What the log works with. */
export interface LogComponents {
  store: LogStore
  /** Signs what we publish; its author is our own feed. */
  identity: Identity
  /** Milliseconds since 1970. */
  clock: () => number
}

export interface ReadOptions {
  /** Offset after which to start; 0 reads from the beginning. */
  after: number
  /** At the end, wait for more instead of finishing. @default false */
  live?: boolean
  /** Entries in one batch, at most. @default 256 */
  batchMax?: number
  /** Ends a live read. */
  signal?: AbortSignal
}

/** Where we stand in a feed, beside what a peer says of it. */
export interface FeedPosition {
  author: Author
  /** 0 when we hold nothing. */
  head: number
  forkedAt: number | undefined
  /** Hash that we hold at the sequence that was asked about, when exactly one message is held there. */
  hashAt: Hash | undefined
  /** Ranges to ask for below `head`, in order, at most 256. */
  missing: Hole[]
}

export declare class Log {
  constructor(components: LogComponents)
  /** 16 hex; new when the database was created or restored. */
  readonly storeId: string
  /** Our own feed's author. */
  readonly author: Author
  /** Seals drafts of one tick into our feed in one durable transaction. */
  publish(draft: Draft): Promise<MessageEntry>
  /** Verifies a peer's items side by side and appends what passed. Answers per item, in order. Never throws for a bad item. */
  ingest(items: readonly Item[], from: string): Promise<IngestResult[]>
  /** The one way to read: batches in arrival order. */
  read(options: ReadOptions): AsyncGenerator<Entry[]>
  /** Offset of the last entry, 0 when empty. */
  lastOffset(): number
  message(hash: Hash): Promise<MessageEntry | undefined>
  /** Messages of a feed by sequence, ≥ 1 when any is there; for a forked feed nothing beyond one past its fork point. */
  range(query: { author: Author; from: number; to: number; bytesMax: number }): Promise<MessageEntry[]>
  heads(query: HeadsQuery): Promise<Head[]>
  forks(): Promise<Head[]>
  root(): Promise<Root>
  cursor(): StoreCursor
  recognises(cursor: StoreCursor): boolean
  counts(): StoreCounts
  /** Where we stand in each of these feeds. */
  positions(asked: readonly { author: Author; sequence: number }[]): Promise<FeedPosition[]>
  /** Whether any feed has a hole with reason `missing`. */
  hasMissing(): boolean
  /** Whether publishing waits for our own feed to be fetched back. */
  isRolledBack(): boolean
  /** A round with a peer is complete: all it had of our own feed is here. Ends LOG_ROLLED_BACK when nothing is missing. */
  ownFeedFetched(): void
  close(): Promise<void>
}
