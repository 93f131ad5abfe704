// What one of thousands of nodes holds: references to shared messages, and its own order of arrival. The part of a LogStore that placing
// and telling need, without promises.

import { createHash } from 'node:crypto'
import { EVIDENCE_BEYOND_FORK } from '../../src/log/constants.ts'
import type { Author, Hash } from '../../src/feed/index.ts'
import type {
  Entry,
  Envelope,
  FeedRow,
  ForkedEntry,
  Head,
  HeadsPageQuery,
  Hole,
  Link,
  MessageEntry,
  NewMessage,
  RangeQuery,
  Root,
  StoreCursor,
} from '../../src/log/index.ts'
import type { FeedStore } from '../../src/log/log-store.ts'
import type { Carried, MessagePool } from './message-pool.ts'

const NO_CHECK = '0000000000000000'

export class LightStore implements FeedStore {
  /** 16 hex. */
  readonly storeId: string
  readonly #pool: MessagePool
  readonly #feeds = new Map<Author, LightFeed>()
  /** Only of feeds that have some. */
  readonly #holes = new Map<Author, Hole[]>()
  readonly #entries: (LightEntry | ForkedEntry)[] = []
  #root: Root | undefined

  constructor(pool: MessagePool, number: number) {
    this.#pool = pool
    this.storeId = number.toString(16).padStart(16, '0')
  }

  feed(author: Author): FeedRow | undefined {
    const row = this.#feeds.get(author)?.row
    return row && { ...row }
  }

  openFeed(author: Author): FeedRow {
    const known = this.feed(author)
    if (known !== undefined) return known
    const id = this.#feeds.size + 1
    const row: FeedRow = { id, author, head: 0, headHash: undefined, forkedAt: undefined, arrival: 0 }
    this.#feeds.set(author, { row, held: new Map() })
    return { ...row }
  }

  saveFeed(row: FeedRow): void {
    const feed = this.#feeds.get(row.author)
    if (feed !== undefined) feed.row = { ...row }
    this.#root = undefined
  }

  messagesAt({ author }: FeedRow, sequence: number): readonly LightEntry[] & LightEntry[] {
    return this.#feeds.get(author)?.held.get(sequence) ?? []
  }

  append({ feed: { author }, sequence, hash, receivedFrom, link }: NewMessage): number {
    const [feed, carried] = [this.#feeds.get(author), this.#pool.byHash(hash)]
    if (feed === undefined || carried === undefined) throw new Error('Only pooled messages of open feeds are appended.')
    const entry = new LightEntry(feed, carried, this.#entries.length + 1, receivedFrom, link)
    this.#entries.push(entry)
    feed.held.set(sequence, [...(feed.held.get(sequence) ?? []), entry])
    return entry.offset
  }

  appendForked({ id, author }: FeedRow, sequence: number): number {
    const offset = this.#entries.length + 1
    this.#entries.push({ kind: 'forked', offset, feed: id, author, sequence })
    return offset
  }

  mend(): void {
    throw new Error('What is simulated does not rot.')
  }

  markLinked(offset: number): void {
    const entry = this.#entries[offset - 1]
    if (entry instanceof LightEntry) entry.link = 'linked'
  }

  holeAt({ author }: FeedRow, sequence: number): Hole | undefined {
    return this.#holes.get(author)?.find(({ from, to }) => from <= sequence && sequence <= to)
  }

  addHole({ author }: FeedRow, hole: Hole): void {
    const holes = [...(this.#holes.get(author) ?? []), hole]
    this.#holes.set(
      author,
      holes.sort((left, right) => left.from - right.from),
    )
  }

  replaceHole(feed: FeedRow, hole: Hole, left: readonly Hole[]): void {
    const others = (this.#holes.get(feed.author) ?? []).filter(({ from }) => from !== hole.from)
    this.#holes.delete(feed.author)
    for (const part of [...others, ...left]) this.addHole(feed, part)
  }

  missing({ author, head }: FeedRow, limit: number, start = 1): Hole[] {
    return (this.#holes.get(author) ?? [])
      .filter(({ reason, from, to }) => reason === 'missing' && from <= head && to >= start)
      .slice(0, limit)
      .map((hole) => ({ ...hole, to: Math.min(hole.to, head) }))
  }

  hasMissing(): boolean {
    for (const author of this.#holes.keys()) {
      const row = this.#feeds.get(author)?.row
      if (row !== undefined && this.missing(row, 1).length > 0) return true
    }
    return false
  }

  cursor(): StoreCursor {
    return { offset: this.#entries.length, check: checkOf(this.#entries.at(-1)) }
  }

  recognises({ offset, check }: StoreCursor): boolean {
    return offset <= this.#entries.length && checkOf(this.#entries[offset - 1]) === check
  }

  has({ message: { author, sequence, hash } }: Carried): boolean {
    return (
      this.#feeds
        .get(author)
        ?.held.get(sequence)
        ?.some((entry) => entry.hash === hash) === true
    )
  }

  entriesAfter(offset: number, limit: number): Entry[] {
    return this.#entries.slice(offset, offset + limit)
  }

  /** Of a forked feed, nothing beyond its evidence. */
  range({ author, from, to, bytesMax }: Omit<RangeQuery, 'now'>): MessageEntry[] {
    const { row, held = new Map<number, LightEntry[]>() } = this.#feeds.get(author) ?? {}
    const last = Math.min(to, (row?.forkedAt ?? Number.POSITIVE_INFINITY) + EVIDENCE_BEYOND_FORK)
    const sequences = [...held.keys()].filter((at) => from <= at && at <= last)
    const found: MessageEntry[] = []
    let bytes = 0
    for (const sequence of sequences.sort((left, right) => left - right)) {
      if (found.length > 0 && bytes >= bytesMax) break
      for (const entry of held.get(sequence) ?? []) {
        found.push(entry)
        bytes += entry.text.length
      }
    }
    return found
  }

  /** Of all feeds: simulated nodes select nothing. */
  heads({ arrivedAfter, after, limit }: HeadsPageQuery): Head[] {
    const behind = after === undefined ? '' : this.#pool.keyOf(after)
    return this.#arrivedAfter(arrivedAfter)
      .filter(({ row }) => after === undefined || this.#pool.keyOf(row.author) > behind)
      .slice(0, limit)
      .map(({ row }) => headOf(row))
  }

  root(): Root {
    this.#root ??= this.#makeRoot()
    return this.#root
  }

  #makeRoot(): Root {
    const feeds = this.#arrivedAfter(0)
    const hash = createHash('sha256')
    for (const { row } of feeds) {
      const sequence = Buffer.alloc(8)
      sequence.writeBigUInt64BE(BigInt(row.head))
      hash.update(Buffer.from(this.#pool.keyOf(row.author), 'latin1')).update(sequence)
      hash.update(row.headHash === undefined ? Buffer.alloc(32) : Buffer.from(row.headHash, 'hex'))
      hash.update(Buffer.of(row.forkedAt === undefined ? 0 : 1))
    }
    return { count: feeds.length, root: hash.digest() }
  }

  /** Feeds with an entry behind this offset, in order of key. */
  #arrivedAfter(offset: number): LightFeed[] {
    const authors = offset === 0 ? this.#feeds.keys() : this.#entries.slice(offset).map(({ author }) => author)
    return [...new Set(authors)]
      .map((author) => this.#feeds.get(author))
      .filter((feed) => feed !== undefined)
      .filter(({ row: { head, forkedAt } }) => head > 0 || forkedAt !== undefined)
      .sort((left, right) => (this.#pool.keyOf(left.row.author) < this.#pool.keyOf(right.row.author) ? -1 : 1))
  }
}

interface LightFeed {
  row: FeedRow
  readonly held: Map<number, LightEntry[]>
}

/** A message at its place in one node's log. All but four fields are shared. */
class LightEntry implements MessageEntry {
  readonly offset: number
  readonly receivedFrom?: string
  link: Link
  readonly #feed: LightFeed
  readonly #carried: Carried

  constructor(feed: LightFeed, carried: Carried, offset: number, receivedFrom: string | undefined, link: Link) {
    this.#feed = feed
    this.#carried = carried
    this.offset = offset
    this.link = link
    if (receivedFrom !== undefined) this.receivedFrom = receivedFrom
  }

  get kind(): 'message' {
    return 'message'
  }
  get feed(): number {
    return this.#feed.row.id
  }
  get author(): Author {
    return this.#carried.message.author
  }
  get sequence(): number {
    return this.#carried.message.sequence
  }
  get hash(): Hash {
    return this.#carried.message.hash
  }
  get previous(): Hash | null {
    return this.#carried.message.previous
  }
  get text(): string {
    return this.#carried.message.text
  }
  get signature(): Uint8Array {
    return this.#carried.message.signature
  }
  get receivedAt(): number {
    return 0
  }
  get inEffect(): boolean {
    return this.sequence < (this.#feed.row.forkedAt ?? Number.POSITIVE_INFINITY)
  }
  get envelope(): Envelope {
    return this.#carried.envelope
  }
}

function headOf({ author, head, headHash, forkedAt, arrival }: FeedRow): Head {
  return { author, sequence: head, hash: headHash, floor: 1, arrival, forkedAt }
}

function checkOf(entry: LightEntry | ForkedEntry | undefined): string {
  return entry instanceof LightEntry ? entry.hash.slice(0, 16) : NO_CHECK
}
