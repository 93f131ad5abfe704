// The log's storage on SQLite: compact rows, the signed text verbatim, one transaction at a time.

import type { Author, Hash } from '../feed/index.ts'
import { authorFromKey, keyFromAuthor } from '../feed/index.ts'
import type {
  Entry,
  FeedRow,
  Head,
  HeadsQuery,
  HeldMessage,
  Hole,
  HoleReason,
  LogStore,
  MessageEntry,
  NewMessage,
  RangeQuery,
  Root,
  StoreCounts,
  StoreCursor,
} from '../log/index.ts'
import type { Connection } from './database.ts'
import { storeErrorFrom } from './errors.ts'
import type { Reader } from './reader.ts'
import { RecentSources } from './recent-sources.ts'
import { StoredMessage } from './stored-message.ts'

const MESSAGE = 0
const FORKED = 1
const REASONS: readonly HoleReason[] = ['missing', 'filtered', 'forgotten']
const MISSING = REASONS.indexOf('missing')
const FORGOTTEN = REASONS.indexOf('forgotten')

/** Names of feeds are looked up for every row read; this many stay at hand. */
const FEEDS_KEPT_MAX = 20_000

/** An empty store, or a mark, has no hash to check a cursor by. */
const NO_CHECK = '0000000000000000'

/** {@link LogStore} on SQLite. */
export class SqliteLogStore implements LogStore {
  readonly storeId: string
  readonly #database: Connection
  readonly #reader: Reader
  readonly #sql: Statements
  readonly #authors = new Map<number, Author>()
  readonly #sources = new RecentSources()
  readonly #counts: StoreCounts
  #root: Promise<Root> | undefined

  constructor(database: Connection, reader: Reader) {
    this.#database = database
    this.#reader = reader
    this.#sql = prepareStatements(database)
    this.storeId = this.#sql.setting.get('store') as string
    this.#counts = this.#sql.counts.get() as StoreCounts
  }

  transact<T>(work: () => T): T {
    const before = { ...this.#counts }
    try {
      return this.#database.transaction(work).immediate()
    } catch (error) {
      Object.assign(this.#counts, before)
      if (isSqliteError(error)) throw storeErrorFrom(error, this.#database.name)
      throw error
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
    this.#root = undefined
    const hash = headHash === undefined ? null : Buffer.from(headHash, 'hex')
    this.#sql.saveFeed.run(head, hash, forkedAt ?? null, arrival, id)
  }

  messagesAt(feed: FeedRow, sequence: number): HeldMessage[] {
    const rows = this.#sql.messagesAt.all(feed.id, sequence) as EntryColumns[]
    return rows.map((row) => ({
      offset: row.offset,
      hash: hexOf(row.hash),
      previous: previousIn(row.text),
      link: row.linked === 1 ? 'linked' : 'gapped',
    }))
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
      text,
    )
    const offset = Number(lastInsertRowid)
    this.#counts.messages++
    if (receivedFrom !== undefined) this.#sources.remember(offset, receivedFrom)
    return offset
  }

  appendForked(feed: FeedRow, sequence: number, receivedAt: number): number {
    if (feed.forkedAt === undefined) this.#counts.forks++
    return Number(this.#sql.appendMark.run(FORKED, feed.id, sequence, receivedAt).lastInsertRowid)
  }

  markLinked(offset: number): void {
    this.#sql.markLinked.run(offset)
  }

  holeAt(feed: FeedRow, sequence: number): Hole | undefined {
    const row = this.#sql.holeBefore.get(feed.id, sequence) as HoleColumns | undefined
    return row !== undefined && row.last >= sequence ? holeOf(row) : undefined
  }

  addHole(feed: FeedRow, { from, to, reason }: Hole): void {
    this.#sql.addHole.run(feed.id, from, to, REASONS.indexOf(reason))
  }

  fillHole(feed: FeedRow, { from, to, reason }: Hole, sequence: number): void {
    this.#sql.removeHole.run(feed.id, from)
    if (from < sequence) this.addHole(feed, { from, to: sequence - 1, reason })
    if (sequence < to) this.addHole(feed, { from: sequence + 1, to, reason })
  }

  missing(feed: FeedRow, limit: number): Hole[] {
    // A hole may reach over a fork point, which lowered the head; nothing up there is wanted.
    const rows = this.#sql.missing.all(feed.head, feed.id, feed.head, limit) as HoleColumns[]
    return rows.map(holeOf)
  }

  hasMissing(): boolean {
    return this.#sql.hasMissing.get() === 1
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
    return row !== undefined && checkOf(row.hash) === check
  }

  counts(): StoreCounts {
    return { ...this.#counts }
  }

  entriesAfter(offset: number, limit: number, bytesMax: number): Entry[] {
    const entries: Entry[] = []
    let bytes = 0
    for (const row of this.#sql.entriesAfter.iterate(offset, limit) as IterableIterator<EntryColumns>) {
      entries.push(this.#entry(row))
      bytes += row.text?.length ?? 0
      if (bytes >= bytesMax) break
    }
    return entries
  }

  message(hash: Hash): MessageEntry | undefined {
    const row = this.#sql.message.get(Buffer.from(hash, 'hex')) as EntryColumns | undefined
    return row && this.#messageEntry(row)
  }

  range({ author, from, to, bytesMax, now }: RangeQuery): MessageEntry[] {
    const feed = this.feed(author)
    if (feed === undefined) return []
    const entries: MessageEntry[] = []
    let bytes = 0
    for (const row of this.#sql.range.iterate(feed.id, from, to, now) as IterableIterator<EntryColumns>) {
      entries.push(this.#messageEntry(row))
      bytes += row.text.length
      if (bytes >= bytesMax) break
    }
    return entries
  }

  async heads({ arrivedAfter, after, limit }: HeadsQuery): Promise<Head[]> {
    const afterKey = after === undefined ? Buffer.alloc(0) : keyFromAuthor(after)
    return (await this.#reader.read<HeadColumns>(HEADS, arrivedAfter, afterKey, limit)).map(headOf)
  }

  async forks(): Promise<Head[]> {
    return (await this.#reader.read<HeadColumns>(FORKS)).map(headOf)
  }

  root(): Promise<Root> {
    this.#root ??= this.#reader.read<Root>(ROOT).then(([row]) => {
      if (row === undefined) throw new Error('An aggregate answers one row.')
      return row
    })
    return this.#root
  }

  #entry(row: EntryColumns): Entry {
    if (row.kind === MESSAGE) return this.#messageEntry(row)
    const { offset, sequence } = row
    const author = this.#authorOf(row.feed)
    if (row.kind === FORKED) return { kind: 'forked', offset, author, sequence }
    return { kind: 'forgotten', offset, author, from: sequence, to: row.until ?? sequence }
  }

  #messageEntry(row: EntryColumns): MessageEntry {
    const receivedFrom = this.#sources.of(row.offset)
    return new StoredMessage({
      offset: row.offset,
      author: this.#authorOf(row.feed),
      sequence: row.sequence,
      hash: hexOf(row.hash),
      text: row.text,
      signature: row.signature,
      receivedAt: row.received_at,
      ...(receivedFrom !== undefined && { receivedFrom }),
      link: row.linked === 1 ? 'linked' : 'gapped',
      inEffect: row.forked_at === null || row.sequence < row.forked_at,
    })
  }

  #authorOf(feed: number): Author {
    const known = this.#authors.get(feed)
    if (known !== undefined) return known
    const author = authorFromKey(this.#sql.feedKey.get(feed) as Uint8Array)
    if (this.#authors.size >= FEEDS_KEPT_MAX) this.#authors.clear()
    this.#authors.set(feed, author)
    return author
  }
}

interface FeedColumns {
  id: number
  head: number
  head_hash: Buffer | null
  forked_at: number | null
  arrival: number
}

interface HeadColumns extends FeedColumns {
  key: Buffer
  floor: number
}

interface EntryColumns {
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

interface HoleColumns {
  first: number
  last: number
  reason: number
}

type Statements = ReturnType<typeof prepareStatements>

const ENTRY_COLUMNS = `offset, kind, feed, sequence, until, linked, received_at, hash, signature, text, forked_at`

const HEAD_COLUMNS = `feeds.id, key, head, head_hash, forked_at, arrival,
  coalesce((SELECT last + 1 FROM holes WHERE holes.feed = feeds.id AND first = 1 AND reason = ${FORGOTTEN}), 1) AS floor`

const HEADS = `SELECT ${HEAD_COLUMNS} FROM feeds WHERE arrival > ? AND key > ? AND (head > 0 OR forked_at IS NOT NULL) ORDER BY key LIMIT ?`

const FORKS = `SELECT ${HEAD_COLUMNS} FROM feeds WHERE forked_at IS NOT NULL ORDER BY key`

const ROOT = `SELECT count(*) AS count, feed_root(key, head, head_hash, forked) AS root FROM (
  SELECT key, head, head_hash, forked_at IS NOT NULL AS forked FROM feeds WHERE head > 0 OR forked_at IS NOT NULL ORDER BY key
)`

function prepareStatements(database: Connection) {
  const sql = (text: string) => database.prepare(text)
  return {
    setting: sql('SELECT value FROM settings WHERE name = ?').pluck(),
    setSetting: sql('INSERT OR REPLACE INTO settings VALUES (?, ?)'),
    counts:
      sql(`SELECT (SELECT count(*) FROM entries WHERE kind = ${MESSAGE}) AS messages, (SELECT count(*) FROM feeds) AS feeds,
      (SELECT count(*) FROM feeds WHERE forked_at IS NOT NULL) AS forks`),
    feed: sql('SELECT id, head, head_hash, forked_at, arrival FROM feeds WHERE key = ?'),
    feedKey: sql('SELECT key FROM feeds WHERE id = ?').pluck(),
    newFeed: sql('INSERT INTO feeds (key) VALUES (?)'),
    saveFeed: sql('UPDATE feeds SET head = ?, head_hash = ?, forked_at = ?, arrival = ? WHERE id = ?'),
    messagesAt: sql(
      `SELECT offset, hash, linked, text FROM entries WHERE feed = ? AND sequence = ? AND kind = ${MESSAGE} ORDER BY offset`,
    ),
    append: sql(
      `INSERT INTO entries (feed, sequence, linked, received_at, expires_at, hash, signature, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    appendMark: sql('INSERT INTO entries (kind, feed, sequence, received_at) VALUES (?, ?, ?, ?)'),
    markLinked: sql('UPDATE entries SET linked = 1 WHERE offset = ?'),
    holeBefore: sql('SELECT first, last, reason FROM holes WHERE feed = ? AND first <= ? ORDER BY first DESC LIMIT 1'),
    addHole: sql('INSERT INTO holes VALUES (?, ?, ?, ?)'),
    removeHole: sql('DELETE FROM holes WHERE feed = ? AND first = ?'),
    missing: sql(
      `SELECT first, min(last, ?) AS last, reason FROM holes WHERE feed = ? AND reason = ${MISSING} AND first <= ?
        ORDER BY first LIMIT ?`,
    ),
    hasMissing: sql(
      `SELECT EXISTS (SELECT 1 FROM holes JOIN feeds ON feeds.id = holes.feed WHERE reason = ${MISSING} AND first <= head)`,
    ).pluck(),
    last: sql('SELECT offset, hash FROM entries ORDER BY offset DESC LIMIT 1'),
    hashAt: sql('SELECT hash FROM entries WHERE offset = ?'),
    entriesAfter: sql(
      `SELECT ${ENTRY_COLUMNS} FROM entries JOIN feeds ON feeds.id = entries.feed WHERE offset > ? ORDER BY offset LIMIT ?`,
    ),
    message: sql(
      `SELECT ${ENTRY_COLUMNS} FROM entries JOIN feeds ON feeds.id = entries.feed WHERE hash = ? AND kind = ${MESSAGE}`,
    ),
    range: sql(`SELECT ${ENTRY_COLUMNS} FROM entries JOIN feeds ON feeds.id = entries.feed
      WHERE entries.feed = ? AND sequence BETWEEN ? AND ? AND kind = ${MESSAGE} AND (expires_at IS NULL OR expires_at > ?)
      ORDER BY sequence, offset`),
  }
}

function feedRow(author: Author, row: FeedColumns): FeedRow {
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

function headOf(row: HeadColumns): Head {
  const { head: sequence, floor, arrival } = row
  const hash = row.head_hash ? hexOf(row.head_hash) : undefined
  return { author: authorFromKey(row.key), sequence, hash, floor, arrival, forkedAt: row.forked_at ?? undefined }
}

function holeOf({ first, last, reason }: HoleColumns): Hole {
  return { from: first, to: last, reason: REASONS[reason] ?? 'missing' }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

function checkOf(hash: Uint8Array | null | undefined): string {
  return hash ? hexOf(hash.subarray(0, 8)) : NO_CHECK
}

function previousIn(text: string): Hash | null {
  return (JSON.parse(text) as { previous: Hash | null }).previous
}

function isSqliteError(error: unknown): boolean {
  return error instanceof Error && String((error as { code?: unknown }).code ?? '').startsWith('SQLITE_')
}
