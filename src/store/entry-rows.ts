// Rows of the log as entries, with the names of their feeds: for the writer, and for whoever reads on a connection of its own.

import { authorFromKey } from '../feed/index.ts'
import { FORKED, hexOf, MESSAGE } from './log-rows.ts'
import { ENTRIES_AFTER, FEED_KEY } from './log-statements.ts'
import { StoredMessage } from './stored-message.ts'
import type { Author } from '../feed/index.ts'
import type { Entry, MessageEntry } from '../log/index.ts'
import type { Connection } from './database.ts'
import type { EntryColumns } from './log-rows.ts'
import type { RecentSources } from './recent-sources.ts'

/** Names of feeds are looked up for every row read; this many stay at hand. */
const FEEDS_KEPT_MAX = 20_000

/** Reads entries through one connection. */
export class EntryRows {
  readonly #after
  readonly #feedKey
  readonly #sources: RecentSources | undefined
  readonly #authors = new Map<number, Author>()

  /** @param sources - tells which peer a message came from; only the process that took it knows */
  constructor(database: Connection, sources?: RecentSources) {
    this.#after = database.prepare<[number, number], EntryColumns>(ENTRIES_AFTER)
    this.#feedKey = database.prepare<[number], Uint8Array>(FEED_KEY).pluck()
    this.#sources = sources
  }

  /** As `entriesAfter` of the log's store. */
  after(offset: number, limit: number, bytesMax: number): Entry[] {
    const entries: Entry[] = []
    let bytes = 0
    for (const row of this.#after.iterate(offset, limit)) {
      entries.push(this.#entry(row))
      bytes += row.text?.length ?? 0
      if (bytes >= bytesMax) break
    }
    return entries
  }

  /** The message in a row. */
  message(row: EntryColumns): MessageEntry {
    const receivedFrom = this.#sources?.of(row.offset)
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

  #entry(row: EntryColumns): Entry {
    if (row.kind === MESSAGE) return this.message(row)
    const { offset, feed, sequence } = row
    const author = this.authorOf(feed)
    if (row.kind === FORKED) return { kind: 'forked', offset, feed, author, sequence }
    return { kind: 'forgotten', offset, feed, author, from: sequence, to: row.until ?? sequence }
  }
}
