// Rows of the log as entries, with the names of their feeds: for the writer, and for whoever reads on a connection of its own.

import { authorFromKey } from '../../feed/index.ts'
import { notAsSigned, StoreError } from '../errors.ts'
import { FORKED, hexOf, isAsSigned, MESSAGE } from './log-rows.ts'
import { ENTRIES_AFTER, FEED_KEY } from './log-statements.ts'
import { StoredMessage } from './stored-message.ts'
import type { Author } from '../../feed/index.ts'
import type { DamagedEntry, Entry, MessageEntry } from '../../log/index.ts'
import type { Connection } from '../database.ts'
import type { StoreWatch } from '../soundness/soundness.ts'
import type { EntryColumns } from './log-rows.ts'
import type { RecentSources } from './recent-sources.ts'

/** Names of feeds are looked up for every row read; this many stay at hand. */
const FEEDS_KEPT_MAX = 20_000

/** What belongs to the process that writes the log, and to no other. */
export interface WritersRows {
  /** Tells which peer a message came from. */
  sources: RecentSources
  /** Told of a message that is not what was signed. */
  watch: Pick<StoreWatch, 'notAsSigned'> | undefined
}

/**
 * Reads entries through one connection. Each message is held against its hash, and its signature against a sum: SQLite does not notice when a
 * disk changes a letter, and a peer that was sent such a message would have to take us for a forger.
 */
export class EntryRows {
  readonly #after
  readonly #feedKey
  readonly #path: string
  readonly #writers: Partial<WritersRows>
  readonly #authors = new Map<number, Author>()

  constructor(database: Connection, writers: Partial<WritersRows> = {}) {
    this.#path = database.name
    this.#writers = writers
    this.#after = database.prepare<[number, number], EntryColumns>(ENTRIES_AFTER)
    this.#feedKey = database.prepare<[number], Uint8Array>(FEED_KEY).pluck()
  }

  /**
   * As `entriesAfter` of the log's store.
   *
   * @throws StoreError `STORE_DAMAGED`
   */
  after(offset: number, limit: number, bytesMax: number): Entry[] {
    return this.#read(offset, limit, bytesMax, (row) => this.message(row))
  }

  /** As `readableAfter` of the log's store. */
  readableAfter(offset: number, limit: number, bytesMax: number): Entry[] {
    return this.#read(offset, limit, bytesMax, (row) => this.readable(row) ?? this.#damaged(row))
  }

  #read(offset: number, limit: number, bytesMax: number, messageIn: (row: EntryColumns) => Entry): Entry[] {
    const entries: Entry[] = []
    let bytes = 0
    for (const row of this.#after.iterate(offset, limit)) {
      entries.push(row.kind === MESSAGE ? messageIn(row) : this.#mark(row))
      bytes += row.text?.length ?? 0
      if (bytes >= bytesMax) break
    }
    return entries
  }

  /** The readable messages of rows of one feed, up to about `bytesMax` bytes of text; of a sequence that was signed twice both, or none. */
  wholeSequences(rows: Iterable<EntryColumns>, bytesMax: number): MessageEntry[] {
    const entries: MessageEntry[] = []
    let bytes = 0
    for (const row of rows) {
      if (bytes >= bytesMax && row.sequence !== entries.at(-1)?.sequence) break
      const entry = this.readable(row)
      if (entry === undefined) continue
      entries.push(entry)
      bytes += row.text.length
    }
    return entries
  }

  /** The message in a row; undefined when it is damaged. */
  readable(row: EntryColumns): MessageEntry | undefined {
    try {
      return this.message(row)
    } catch (error) {
      if (isDamage(error)) return undefined
      throw error
    }
  }

  /**
   * The message in a row.
   *
   * @throws StoreError `STORE_DAMAGED` when it is not what was signed
   */
  message(row: EntryColumns): MessageEntry {
    if (!isAsSigned(row)) throw this.#notAsSigned(row)
    const receivedFrom = this.#writers.sources?.of(row.offset)
    return new StoredMessage({
      offset: row.offset,
      feed: row.feed,
      author: this.authorOf(row.feed),
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

  /** Whose feed has this number. */
  authorOf(feed: number): Author {
    const known = this.#authors.get(feed)
    if (known !== undefined) return known
    const author = authorFromKey(this.#feedKey.get(feed) as Uint8Array)
    if (this.#authors.size >= FEEDS_KEPT_MAX) this.#authors.clear()
    this.#authors.set(feed, author)
    return author
  }

  #mark({ offset, feed, sequence, kind, until }: EntryColumns): Entry {
    const author = this.authorOf(feed)
    if (kind === FORKED) return { kind: 'forked', offset, feed, author, sequence }
    return { kind: 'forgotten', offset, feed, author, from: sequence, to: until ?? sequence }
  }

  #damaged({ offset, feed, sequence }: EntryColumns): DamagedEntry {
    return { kind: 'damaged', offset, feed, author: this.authorOf(feed), sequence }
  }

  #notAsSigned({ feed, sequence }: EntryColumns): StoreError {
    const place = { author: this.authorOf(feed), sequence }
    this.#writers.watch?.notAsSigned(place)
    return notAsSigned(this.#path, place)
  }
}

function isDamage(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'STORE_DAMAGED'
}
