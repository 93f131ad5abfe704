// The storage that the log needs, as a type. store/ implements it on SQLite; a test implements it in memory.

import type { Author, Hash } from '../feed/index.ts'
import type { Entry, Link, MessageEntry } from './entry.ts'
import type { FeedPlace } from './forgetting.ts'

/**
 * Why a range of a feed is not held, or as good as not held: the message of a `damaged` place is there, but a disk has changed it. Only
 * what is `missing` or `damaged` is ever asked for.
 */
export type HoleReason = 'missing' | 'filtered' | 'forgotten' | 'damaged'

/** A range of sequences that is not held, both ends included. */
export interface Hole {
  from: number
  to: number
  reason: HoleReason
}

/** What is known of one feed. It outlives the feed's messages: the next sequence never comes from remaining rows. */
export interface FeedRow {
  id: number
  author: Author
  /** Highest sequence in effect; below the fork point when the feed is forked; 0 when nothing is in effect. */
  head: number
  /** Hash of the message at `head`, also after that was forgotten; undefined when `head` is 0 or it never came. */
  headHash: Hash | undefined
  /** Lowest sequence for which two different messages were signed, or undefined. */
  forkedAt: number | undefined
  /** Offset of the feed's latest entry. */
  arrival: number
}

/** A message as it is written: the log has decided everything about it. */
export interface NewMessage {
  feed: FeedRow
  sequence: number
  hash: Hash
  text: string
  signature: Uint8Array
  receivedAt: number
  receivedFrom: string | undefined
  link: Link
  /** Milliseconds since 1970, when the author set `expires_at`. */
  expiresAt: number | undefined
}

/** A held message, as far as its neighbours need to know it. */
export interface HeldMessage {
  offset: number
  hash: Hash
  /** Undefined when the message is not what was signed: a disk has damaged it. */
  previous: Hash | null | undefined
  link: Link
}

/** A message as it was signed, for the row of a damaged one. */
export type Mended = Pick<NewMessage, 'sequence' | 'hash' | 'text' | 'signature'>

/** A message that was removed: its place, and its text in bytes. */
export interface RemovedRow {
  sequence: number
  bytes: number
}

/** The end of a store: the last offset and the first 8 bytes of that entry's hash (16 hex, zeros for a mark or an empty store). */
export interface StoreCursor {
  offset: number
  check: string
}

/** A feed as it is told to a peer. */
export interface Head {
  author: Author
  /** The feed's head; the last sequence below the fork point when it is forked. */
  sequence: number
  /** Hash at `sequence`; undefined when `sequence` is 0 or it is not known. */
  hash: Hash | undefined
  /** Lowest sequence still held here, 1 when nothing was forgotten from the start. */
  floor: number
  /** Offset of the feed's latest entry in this store. */
  arrival: number
  forkedAt: number | undefined
}

/** All heads as one value: equal roots, equal feeds. */
export interface Root {
  /** How many feeds the root covers. */
  count: number
  /** 32 bytes; protocols/replicate/1 says over what. */
  root: Uint8Array
}

/** {@link HeadsQuery}, of these authors or of all. */
export type HeadsPageQuery = Omit<HeadsQuery, 'feeds'> & { authors?: readonly Author[] | undefined }

/** {@link TaggedQuery}, as of now. */
export type TaggedPageQuery = Omit<TaggedQuery, 'now'>

/** Counts for a status page, kept as they change. */
export interface StoreCounts {
  messages: number
  feeds: number
  forks: number
}

/**
 * Writes are synchronous and stand inside one `transact`; each takes microseconds. Reads that may be long answer promises, since
 * they run beside the main thread.
 */
export interface LogStore {
  /** 8 random bytes as 16 hex, new when a database is created or restored. */
  readonly storeId: string

  /** Runs `work` as one durable transaction: when it returns, it is on disk; when it throws, nothing happened. */
  transact<T>(work: () => T): T

  /** As {@link transact}, but on disk only a moment later: for what peers sent and give again when a power cut takes it. */
  transactLazily<T>(work: () => T): T

  feed(author: Author): FeedRow | undefined
  /** The feed's row, made with head 0 when the author is new. */
  openFeed(author: Author): FeedRow
  saveFeed(feed: FeedRow): void
  messagesAt(feed: FeedRow, sequence: number): HeldMessage[]
  /** Appends at the end and answers the new offset. */
  append(message: NewMessage): number
  appendForked(feed: FeedRow, sequence: number, receivedAt: number): number
  markLinked(offset: number): void
  /** Puts a message back where it stood before a disk damaged it. */
  mend(offset: number, message: Mended): void
  holeAt(feed: FeedRow, sequence: number): Hole | undefined
  addHole(feed: FeedRow, hole: Hole): void
  /** Takes a hole away and puts what is left of it in its place. */
  replaceHole(feed: FeedRow, hole: Hole, left: readonly Hole[]): void
  /** Holes that have a part in these sequences, in order. */
  holesBetween(feed: FeedRow, from: number, to: number): Hole[]
  /** Removes the messages of a feed at these sequences, from the lowest, at most `limit`; answers them in that order. */
  removeMessages(feed: FeedRow, from: number, to: number, limit: number): RemovedRow[]
  /** Appends a mark that these sequences are forgotten; earlier marks of parts of them go, as no reader needs them any more. */
  appendForgotten(feed: FeedRow, from: number, to: number, receivedAt: number): number
  /** Messages that have expired at `now`, at most `limit`; but none from a fork point to `beyondFork` sequences beyond it. */
  expired(now: number, beyondFork: number, limit: number): FeedPlace[]
  /** Holes that are `missing` or `damaged` and end at `from` or behind it, in order, at most `limit`. @param from - 1 unless told */
  missing(feed: FeedRow, limit: number, from?: number): Hole[]
  /** Holes of these feeds become missing, those of all others filtered. What was forgotten stays forgotten. */
  wantOnly(feeds: FeedFilter): void
  /** Whether any feed has a hole that is `missing` or `damaged` up to its head. */
  hasMissing(): boolean
  /** How many messages are known to be damaged. */
  damagedCount(): number

  /** A small named value that survives restarts. */
  flag(name: string): boolean
  setFlag(name: string, value: boolean): void

  cursor(): StoreCursor
  /** Whether this store once held exactly this entry at this offset. One that was forgotten since is taken to be the one. */
  recognises(cursor: StoreCursor): boolean
  counts(): StoreCounts
  /** The share of these authors in {@link counts}. */
  countsOf(authors: readonly Author[]): Promise<StoreCounts>
  /** Entries after an offset in arrival order, at most `limit` of them and about `bytesMax` bytes of text, at least one when any is there. */
  entriesAfter(offset: number, limit: number, bytesMax: number): Entry[]
  /** The same with `damaged` for each message that a disk has damaged, where {@link entriesAfter} throws. */
  readableAfter(offset: number, limit: number, bytesMax: number): Entry[]
  message(hash: Hash): MessageEntry | undefined
  /** Messages whose hash begins with these hex digits, in the order of their hashes. */
  messagesUnder(prefix: string, limit: number): MessageEntry[]
  /** The messages at these offsets, in their order; what is no longer held is left out. */
  entriesAt(offsets: readonly number[]): Promise<MessageEntry[]>
  /**
   * Messages of a feed in sequence order, unexpired at `now`, about `bytesMax` bytes of text, at least one when any is there, and all of a
   * sequence or none: who reads on behind the last one misses no evidence of a fork.
   */
  range(query: RangeQuery): MessageEntry[]

  tagged(query: TaggedQuery): Promise<TaggedPage>

  /** How many places up to the heads of all feeds are forgotten. */
  forgottenCount(): Promise<number>

  heads(query: HeadsQuery): Promise<Head[]>
  root(feeds: FeedFilter): Promise<Root>
  /** Heads of forked feeds, at most `limit`. */
  forks(limit: number): Promise<Head[]>
}

/** The part of the store that placing messages needs. */
export type FeedStore = Pick<
  LogStore,
  | 'feed'
  | 'openFeed'
  | 'saveFeed'
  | 'messagesAt'
  | 'append'
  | 'appendForked'
  | 'markLinked'
  | 'mend'
  | 'holeAt'
  | 'addHole'
  | 'replaceHole'
>

export interface RangeQuery {
  author: Author
  from: number
  to: number
  bytesMax: number
  /** Milliseconds since 1970. */
  now: number
}

/** Which feeds are meant. */
export interface FeedFilter {
  /** These; every feed when absent. */
  only?: readonly Author[]
  /** But none of these. */
  without: readonly Author[]
}

/** A page of messages by tag, in order of arrival. */
export interface TaggedQuery {
  tags: readonly string[]
  /** Behind this offset, and up to that one. */
  after: number
  upTo: number
  /** Authors whose messages are left out, whatever their tags. */
  without: readonly Author[]
  bytesMax: number
  /** Milliseconds since 1970. */
  now: number
}

/** What a page brought, and how far it went: there may be more behind it, also when it brought nothing. */
export interface TaggedPage {
  messages: MessageEntry[]
  upTo: StoreCursor
}

/** A page of heads, in order of author bytes. */
export interface HeadsQuery {
  /** Only feeds with an entry after this offset. */
  arrivedAfter: number
  /** Continue behind this author. */
  after: Author | undefined
  limit: number
  feeds: FeedFilter
}
