// The log's storage in plain memory: a second implementation, so that what the log needs is what its type says and no more.

import { createHash } from 'node:crypto'
import { keyFromAuthor } from '../../src/feed/index.ts'
import type { Author, Hash } from '../../src/feed/index.ts'
import type {
  Entry,
  Envelope,
  FeedFilter,
  FeedPlace,
  FeedRow,
  Head,
  HeadsQuery,
  HeldMessage,
  Hole,
  LogStore,
  MessageEntry,
  NewMessage,
  RangeQuery,
  RemovedRow,
  Root,
  StoreCounts,
  StoreCursor,
  TaggedPage,
  TaggedQuery,
} from '../../src/log/index.ts'

type Row = NewMessage & { offset: number; link: MessageEntry['link'] }
type Mark = Exclude<Entry, MessageEntry>

const NO_CHECK = '0000000000000000'

/** {@link LogStore} without a database. A transaction that throws is not undone: tests of that are the database's. */
export class MemoryLogStore implements LogStore {
  readonly storeId = '00000000000000aa'
  readonly #feeds = new Map<Author, FeedRow>()
  readonly #holes = new Map<Author, Hole[]>()
  /** By offset, from 1. One that was forgotten is undefined. */
  readonly #entries: (Row | Mark | undefined)[] = []
  readonly #flags = new Map<string, boolean>()

  transact<T>(work: () => T): T {
    return work()
  }

  transactLazily<T>(work: () => T): T {
    return work()
  }

  feed(author: Author): FeedRow | undefined {
    const feed = this.#feeds.get(author)
    return feed && { ...feed }
  }

  openFeed(author: Author): FeedRow {
    const id = this.#feeds.size + 1
    const known = this.feed(author)
    if (known !== undefined) return known
    const feed = { id, author, head: 0, headHash: undefined, forkedAt: undefined, arrival: 0 }
    this.#feeds.set(author, { ...feed })
    return feed
  }

  saveFeed(feed: FeedRow): void {
    this.#feeds.set(feed.author, { ...feed })
  }

  messagesAt({ author }: FeedRow, sequence: number): HeldMessage[] {
    return this.#rows()
      .filter((row) => row.feed.author === author && row.sequence === sequence)
      .map(({ offset, hash, text, link }) => ({ offset, hash, link, previous: envelopeOf(text).previous }))
  }

  append(message: NewMessage): number {
    const offset = this.#entries.length + 1
    this.#entries.push({ ...message, offset })
    return offset
  }

  appendForked({ id, author }: FeedRow, sequence: number): number {
    const offset = this.#entries.length + 1
    this.#entries.push({ kind: 'forked', offset, feed: id, author, sequence })
    return offset
  }

  holesBetween(feed: FeedRow, first: number, last: number): Hole[] {
    return this.#holesOf(feed).filter(({ from, to }) => from <= last && to >= first)
  }

  removeMessages({ author }: FeedRow, from: number, to: number, limit: number): RemovedRow[] {
    const rows = this.#rows()
      .filter((row) => row.feed.author === author && row.sequence >= from && row.sequence <= to)
      .sort((left, right) => left.sequence - right.sequence)
      .slice(0, limit)
    for (const { offset } of rows) this.#entries[offset - 1] = undefined
    return rows.map(({ sequence, text }) => ({ sequence, bytes: Buffer.byteLength(text) }))
  }

  appendForgotten({ id, author }: FeedRow, from: number, to: number): number {
    for (const entry of this.#held()) {
      const isPart = 'kind' in entry && entry.kind === 'forgotten' && entry.from >= from && entry.to <= to
      if (isPart && entry.author === author) this.#entries[entry.offset - 1] = undefined
    }
    const offset = this.#entries.length + 1
    this.#entries.push({ kind: 'forgotten', offset, feed: id, author, from, to })
    return offset
  }

  expired(now: number, beyondFork: number, limit: number): FeedPlace[] {
    return this.#rows()
      .filter(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now)
      .filter(({ feed, sequence }) => {
        const { forkedAt = Number.POSITIVE_INFINITY } = this.#feeds.get(feed.author) ?? feed
        return sequence < forkedAt || sequence > forkedAt + beyondFork
      })
      .slice(0, limit)
      .map(({ feed, sequence }) => ({ author: feed.author, sequence }))
  }

  markLinked(offset: number): void {
    const row = this.#entries[offset - 1]
    if (row !== undefined && !('kind' in row)) row.link = 'linked'
  }

  mend(): void {
    throw new Error('Memory does not rot.')
  }

  holeAt(feed: FeedRow, sequence: number): Hole | undefined {
    return this.#holesOf(feed).find(({ from, to }) => from <= sequence && sequence <= to)
  }

  addHole(feed: FeedRow, hole: Hole): void {
    this.#holes.set(
      feed.author,
      [...this.#holesOf(feed), hole].sort((left, right) => left.from - right.from),
    )
  }

  replaceHole(feed: FeedRow, hole: Hole, left: readonly Hole[]): void {
    const others = this.#holesOf(feed).filter(({ from }) => from !== hole.from)
    this.#holes.set(feed.author, others)
    for (const part of left) this.addHole(feed, part)
  }

  missing(feed: FeedRow, limit: number, start = 1): Hole[] {
    return this.#holesOf(feed)
      .filter(({ reason, from, to }) => reason === 'missing' && from <= feed.head && to >= start)
      .slice(0, limit)
      .map((hole) => ({ ...hole, to: Math.min(hole.to, feed.head) }))
  }

  wantOnly(feeds: FeedFilter): void {
    for (const [author, holes] of this.#holes) {
      const reason = isMeant(feeds, author) ? 'missing' : 'filtered'
      for (const hole of holes) if (hole.reason !== 'forgotten') hole.reason = reason
    }
  }

  hasMissing(): boolean {
    return [...this.#feeds.values()].some((feed) => this.missing(feed, 1).length > 0)
  }

  damagedCount(): number {
    return 0
  }

  flag(name: string): boolean {
    return this.#flags.get(name) ?? false
  }

  setFlag(name: string, value: boolean): void {
    this.#flags.set(name, value)
  }

  cursor(): StoreCursor {
    const last = this.#entries.at(-1)
    return { offset: this.#entries.length, check: checkOf(last) }
  }

  recognises({ offset, check }: StoreCursor): boolean {
    const entry = this.#entries[offset - 1]
    const isForgotten = entry === undefined && offset < this.#entries.length
    return offset === 0 || isForgotten || (entry !== undefined && checkOf(entry) === check)
  }

  counts(): StoreCounts {
    const forks = [...this.#feeds.values()].filter(({ forkedAt }) => forkedAt !== undefined).length
    return { messages: this.#rows().length, feeds: this.#feeds.size, forks }
  }

  async countsOf(authors: readonly Author[]): Promise<StoreCounts> {
    const feeds = authors.flatMap((author) => this.#feeds.get(author) ?? [])
    const messages = this.#rows().filter(({ feed }) => authors.includes(feed.author)).length
    return { messages, feeds: feeds.length, forks: feeds.filter(({ forkedAt }) => forkedAt !== undefined).length }
  }

  entriesAfter(offset: number, limit: number): Entry[] {
    return this.#held()
      .filter((entry) => entry.offset > offset)
      .slice(0, limit)
      .map((entry) => ('kind' in entry ? entry : this.#entryOf(entry)))
  }

  /** Memory does not rot. */
  readableAfter(offset: number, limit: number): Entry[] {
    return this.entriesAfter(offset, limit)
  }

  message(hash: Hash): MessageEntry | undefined {
    const row = this.#rows().find((candidate) => candidate.hash === hash)
    return row && this.#entryOf(row)
  }

  messagesUnder(prefix: string, limit: number): MessageEntry[] {
    const rows = this.#rows().filter(({ hash }) => hash.startsWith(prefix))
    const sorted = rows.toSorted((one, other) => (one.hash < other.hash ? -1 : 1))
    return sorted.slice(0, limit).map((row) => this.#entryOf(row))
  }

  async entriesAt(offsets: readonly number[]): Promise<MessageEntry[]> {
    const rows = offsets.map((offset) => this.#entries[offset - 1])
    return rows.filter((row): row is Row => row !== undefined && !('kind' in row)).map((row) => this.#entryOf(row))
  }

  range({ author, from, to, now }: RangeQuery): MessageEntry[] {
    return this.#rows()
      .filter((row) => row.feed.author === author && row.sequence >= from && row.sequence <= to)
      .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
      .sort((left, right) => left.sequence - right.sequence || left.offset - right.offset)
      .map((row) => this.#entryOf(row))
  }

  async tagged({ tags, after, upTo, without, now }: TaggedQuery): Promise<TaggedPage> {
    const messages = this.#rows()
      .filter((row) => row.offset > after && row.offset <= upTo && isMeant({ without }, row.feed.author))
      .filter(({ text }) => envelopeOf(text).tags?.some((tag) => tags.includes(tag)))
      .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
      .map((row) => this.#entryOf(row))
    const last = this.#entries[upTo - 1]
    return { messages, upTo: { offset: upTo, check: checkOf(last) } }
  }

  async forgottenCount(): Promise<number> {
    const holes = [...this.#feeds.values()].flatMap((feed) =>
      this.#holesOf(feed).filter(({ reason, from }) => reason === 'forgotten' && from <= feed.head),
    )
    return holes.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  }

  async heads({ arrivedAfter, after, limit, feeds }: HeadsQuery): Promise<Head[]> {
    const behind = after === undefined ? -1 : this.#sorted().findIndex(({ author }) => author === after)
    return this.#sorted()
      .slice(behind + 1)
      .filter(({ arrival, author }) => arrival > arrivedAfter && isMeant(feeds, author))
      .slice(0, limit)
      .map((feed) => this.#headOf(feed))
  }

  async forks(limit: number): Promise<Head[]> {
    return this.#sorted()
      .filter(({ forkedAt }) => forkedAt !== undefined)
      .slice(0, limit)
      .map((feed) => this.#headOf(feed))
  }

  async root(feeds: FeedFilter): Promise<Root> {
    const hash = createHash('sha256')
    const rows = this.#sorted().filter(({ author }) => isMeant(feeds, author))
    for (const { author, head, headHash, forkedAt } of rows) {
      const sequence = Buffer.alloc(8)
      sequence.writeBigUInt64BE(BigInt(head))
      hash.update(keyFromAuthor(author)).update(sequence)
      hash.update(headHash === undefined ? Buffer.alloc(32) : Buffer.from(headHash, 'hex'))
      hash.update(Buffer.of(forkedAt === undefined ? 0 : 1))
    }
    return { count: rows.length, root: hash.digest() }
  }

  #held(): (Row | Mark)[] {
    return this.#entries.filter((entry) => entry !== undefined)
  }

  #rows(): Row[] {
    return this.#held().filter((entry): entry is Row => !('kind' in entry))
  }

  #headOf(feed: FeedRow): Head {
    const { author, head, headHash, forkedAt, arrival } = feed
    const forgotten = this.holeAt(feed, 1)
    const floor = forgotten?.reason === 'forgotten' ? forgotten.to + 1 : 1
    return { author, sequence: head, hash: headHash, floor, arrival, forkedAt }
  }

  #holesOf({ author }: FeedRow): Hole[] {
    return this.#holes.get(author) ?? []
  }

  #sorted(): FeedRow[] {
    return [...this.#feeds.values()]
      .filter(({ head, forkedAt }) => head > 0 || forkedAt !== undefined)
      .sort((left, right) => Buffer.compare(keyFromAuthor(left.author), keyFromAuthor(right.author)))
  }

  #entryOf(row: Row): MessageEntry {
    const { offset, sequence, hash, text, signature, receivedAt, link } = row
    const forkedAt = this.#feeds.get(row.feed.author)?.forkedAt
    return {
      kind: 'message',
      offset,
      feed: row.feed.id,
      author: row.feed.author,
      sequence,
      hash,
      text,
      signature,
      receivedAt,
      ...(row.receivedFrom !== undefined && { receivedFrom: row.receivedFrom }),
      link,
      inEffect: forkedAt === undefined || sequence < forkedAt,
      envelope: envelopeOf(text),
    }
  }
}

function isMeant({ only, without }: FeedFilter, author: Author): boolean {
  return !without.includes(author) && (only === undefined || only.includes(author))
}

function checkOf(entry: Row | Mark | undefined): string {
  return entry === undefined || 'kind' in entry ? NO_CHECK : entry.hash.slice(0, 16)
}

function envelopeOf(text: string): Envelope {
  return JSON.parse(text) as Envelope
}
