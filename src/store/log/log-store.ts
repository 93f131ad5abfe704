// The log's storage on SQLite: compact rows, the signed text verbatim, one transaction at a time.

import { keyFromAuthor } from '../../feed/index.ts'
import { EntryRows } from './entry-rows.ts'
import { keysOf } from './feed-filter.ts'
import { checkOf, FORGOTTEN, FORKED, feedRow, guardOf, heldMessageOf, holeOf, REASONS } from './log-rows.ts'
import { prepareStatements } from './log-statements.ts'
import { LongReads } from './long-reads.ts'
import { RecentEntries } from './recent-entries.ts'
import { RecentSources } from './recent-sources.ts'
import { Roots } from './roots.ts'
import { storedAt } from './stored-message.ts'
import { Transactions } from './transactions.ts'
import type { Author, Hash } from '../../feed/index.ts'
import type {
  Entry,
  FeedFilter,
  FeedPlace,
  FeedRow,
  Head,
  HeadsQuery,
  HeldAt,
  HeldMessage,
  HeldMessages,
  Hole,
  LogStore,
  Mended,
  MessageEntry,
  NewMessage,
  RangeQuery,
  RemovedRow,
  Root,
  StoreCounts,
  StoreCursor,
  TaggedPage,
  TaggedQuery,
  ValueAt,
} from '../../log/index.ts'
import type { Connection } from '../database.ts'
import type { Reader } from '../reader.ts'
import type { StoreWatch } from '../soundness/soundness.ts'
import type { EntryColumns, FeedColumns, HoleColumns } from './log-rows.ts'
import type { Statements } from './log-statements.ts'
import type { HashColumn } from './long-reads.ts'

/** Of a hash as text. */
const HASH_DIGITS = 64

/** {@link LogStore} on SQLite. */
export class SqliteLogStore implements LogStore, HeldMessages {
  readonly storeId: string
  readonly #transactions: Transactions
  readonly #sql: Statements
  readonly #sources = new RecentSources()
  readonly #recent = new RecentEntries()
  readonly #entries: EntryRows
  readonly #counts: StoreCounts
  readonly #roots: Roots
  readonly #long: LongReads

  constructor(database: Connection, reader: Reader, watch?: StoreWatch) {
    this.#transactions = new Transactions(database, watch)
    this.#roots = new Roots(reader)
    this.#sql = prepareStatements(database)
    this.#entries = new EntryRows(database, { sources: this.#sources, watch })
    this.#long = new LongReads(
      reader,
      this.#entries,
      (offset) => this.#sql.hashAt.get(offset) as HashColumn | undefined,
    )
    this.storeId = this.#sql.setting.get('store') as string
    this.#counts = this.#sql.counts.get() as StoreCounts
    // Counting walked through an index of 20 MB for a million messages. Nobody needs its pages now; those that are written to come back.
    database.pragma('shrink_memory')
  }

  transact<T>(work: () => T): T {
    return this.#transactions.run(work, this.#undoing())
  }

  transactLazily<T>(work: () => T): T {
    return this.#transactions.runLazily(work, this.#undoing())
  }

  /** Puts back, when it is called, what a transaction that begins now has changed in memory. */
  #undoing(): () => void {
    const before = { ...this.#counts }
    return () => {
      Object.assign(this.#counts, before)
      this.#recent.clear()
    }
  }

  feed(author: Author): FeedRow | undefined {
    const row = this.#sql.feed.get(keyFromAuthor(author)) as FeedColumns | undefined
    return row && feedRow(author, row)
  }

  openFeed(author: Author): FeedRow {
    const known = this.feed(author)
    if (known !== undefined) return known
    const id = Number(this.#sql.newFeed.run(keyFromAuthor(author)).lastInsertRowid)
    this.#counts.feeds++
    return { id, author, head: 0, headHash: undefined, forkedAt: undefined, arrival: 0 }
  }

  saveFeed({ id, head, headHash, forkedAt, arrival }: FeedRow): void {
    this.#roots.clear()
    const hash = headHash === undefined ? null : Buffer.from(headHash, 'hex')
    this.#sql.saveFeed.run(head, hash, forkedAt ?? null, arrival, id)
  }

  messagesAt(feed: FeedRow, sequence: number): HeldMessage[] {
    const rows = this.#sql.messagesAt.all(feed.id, sequence) as EntryColumns[]
    return rows.map(heldMessageOf)
  }

  append(message: NewMessage): number {
    const { feed, sequence, hash, text, signature, receivedAt, receivedFrom, link, expiresAt } = message
    const linked = link === 'linked' ? 1 : 0
    const hashBytes = Buffer.from(hash, 'hex')
    const { lastInsertRowid } = this.#sql.append.run(
      feed.id,
      sequence,
      linked,
      receivedAt,
      expiresAt ?? null,
      hashBytes,
      signature,
      guardOf(sequence, signature),
      text,
    )
    const offset = Number(lastInsertRowid)
    this.#counts.messages++
    if (receivedFrom !== undefined) this.#sources.remember(offset, receivedFrom)
    this.#recent.add(storedAt(offset, message))
    return offset
  }

  appendForked(feed: FeedRow, sequence: number, receivedAt: number): number {
    if (feed.forkedAt === undefined) this.#counts.forks++
    this.#recent.clear()
    return Number(this.#sql.appendMark.run(FORKED, feed.id, sequence, null, receivedAt).lastInsertRowid)
  }

  markLinked(offset: number): void {
    this.#recent.clear()
    this.#sql.markLinked.run(offset)
  }

  mend(offset: number, { sequence, hash, text, signature }: Mended): void {
    this.#recent.clear()
    this.#sql.mend.run(Buffer.from(hash, 'hex'), signature, guardOf(sequence, signature), text, offset)
  }

  holeAt(feed: FeedRow, sequence: number): Hole | undefined {
    const row = this.#sql.holeBefore.get(feed.id, sequence) as HoleColumns | undefined
    return row !== undefined && row.last >= sequence ? holeOf(row) : undefined
  }

  addHole(feed: FeedRow, { from, to, reason }: Hole): void {
    this.#sql.addHole.run(feed.id, from, to, REASONS.indexOf(reason))
  }

  replaceHole(feed: FeedRow, { from }: Hole, left: readonly Hole[]): void {
    this.#sql.removeHole.run(feed.id, from)
    for (const hole of left) this.addHole(feed, hole)
  }

  holesBetween(feed: FeedRow, from: number, to: number): Hole[] {
    return (this.#sql.holesBetween.all({ feed: feed.id, from, to }) as HoleColumns[]).map(holeOf)
  }

  removeMessages(feed: FeedRow, from: number, to: number, limit: number): RemovedRow[] {
    const rows = this.#sql.removeMessages.all(feed.id, from, to, limit) as RemovedRow[]
    this.#counts.messages -= rows.length
    this.#recent.clear()
    return rows.sort((one, other) => one.sequence - other.sequence)
  }

  appendForgotten(feed: FeedRow, from: number, to: number, receivedAt: number): number {
    this.#recent.clear()
    this.#sql.removeForgotten.run(feed.id, from, to)
    return Number(this.#sql.appendMark.run(FORGOTTEN, feed.id, from, to, receivedAt).lastInsertRowid)
  }

  expired(now: number, beyondFork: number, limit: number): FeedPlace[] {
    const rows = this.#sql.expired.all(now, beyondFork, limit) as Pick<EntryColumns, 'feed' | 'sequence'>[]
    return rows.map(({ feed, sequence }) => ({ author: this.#entries.authorOf(feed), sequence }))
  }

  missing(feed: FeedRow, limit: number, from = 1): Hole[] {
    // A hole may reach over a fork point, which lowered the head; nothing up there is wanted.
    const rows = this.#sql.missing.all(feed.head, feed.id, feed.head, from, limit) as HoleColumns[]
    return rows.map(holeOf)
  }

  wantOnly(feeds: FeedFilter): void {
    const { wantAll, wantSome, filterOthersOfAll, filterOthersOfSome } = this.#sql
    const [want, filter] = feeds.only === undefined ? [wantAll, filterOthersOfAll] : [wantSome, filterOthersOfSome]
    want.run(...keysOf(feeds))
    filter.run(...keysOf(feeds))
  }

  hasMissing(): boolean {
    return this.#sql.hasMissing.get() === 1
  }

  damagedCount(): number {
    return this.#sql.damagedCount.get() as number // As: it counts.
  }

  flag(name: string): boolean {
    return this.#sql.setting.get(name) === 1
  }

  setFlag(name: string, value: boolean): void {
    this.#sql.setSetting.run(name, value ? 1 : 0)
  }

  cursor(): StoreCursor {
    const row = this.#sql.last.get() as Pick<EntryColumns, 'offset' | 'hash'> | undefined
    return { offset: row?.offset ?? 0, check: checkOf(row?.hash) }
  }

  recognises({ offset, check }: StoreCursor): boolean {
    if (offset === 0) return true
    const row = this.#sql.hashAt.get(offset) as Pick<EntryColumns, 'hash'> | undefined
    // Offsets are given without a gap, so that one below the end that is not there was forgotten.
    return row === undefined ? offset < this.cursor().offset : checkOf(row.hash) === check
  }

  counts(): StoreCounts {
    return { ...this.#counts }
  }

  countsOf(authors: readonly Author[]): Promise<StoreCounts> {
    return this.#long.countsOf(authors)
  }

  entriesAfter(offset: number, limit: number, bytesMax: number): Entry[] {
    const rows = () => this.#transactions.read(() => this.#entries.after(offset, limit, bytesMax))
    return this.#recent.after(offset, limit, bytesMax) ?? rows()
  }

  readableAfter(offset: number, limit: number, bytesMax: number): Entry[] {
    const rows = () => this.#transactions.read(() => this.#entries.readableAfter(offset, limit, bytesMax))
    return this.#recent.after(offset, limit, bytesMax) ?? rows()
  }

  message(hash: Hash): MessageEntry | undefined {
    const row = this.#sql.message.get(Buffer.from(hash, 'hex')) as EntryColumns | undefined
    return row && this.#entries.message(row)
  }

  messagesUnder(prefix: string, limit: number): MessageEntry[] {
    const [first, last] = ['0', 'f'].map((digit) => Buffer.from(prefix.padEnd(HASH_DIGITS, digit), 'hex'))
    const rows = this.#sql.messagesUnder.all(first, last, limit) as EntryColumns[] // As: the columns that it selects.
    return rows.map((row) => this.#entries.message(row))
  }

  entriesAt(offsets: readonly number[]): Promise<MessageEntry[]> {
    return this.#long.entriesAt(offsets)
  }

  heldAt(offsets: readonly number[]): Promise<HeldAt[]> {
    return this.#long.heldAt(offsets)
  }

  valuesAt(offsets: readonly number[], path: string): Promise<ValueAt[]> {
    return this.#long.valuesAt(offsets, path)
  }

  forgottenCount(): Promise<number> {
    return this.#long.forgottenCount()
  }

  range({ author, from, to, bytesMax, now }: RangeQuery): MessageEntry[] {
    const feed = this.feed(author)
    if (feed === undefined) return []
    const rows = this.#sql.range.iterate(feed.id, from, to, now) as IterableIterator<EntryColumns>
    return this.#entries.wholeSequences(rows, bytesMax)
  }

  tagged(query: TaggedQuery): Promise<TaggedPage> {
    return this.#long.tagged(query)
  }

  heads(query: HeadsQuery): Promise<Head[]> {
    return this.#long.heads(query)
  }

  forks(limit: number): Promise<Head[]> {
    return this.#long.forks(limit)
  }

  root(feeds: FeedFilter): Promise<Root> {
    return this.#roots.of(feeds)
  }
}
