// The log of a data directory that no node runs on: filled past the log's rules, and read whole.

import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { closeDatabase, openDatabase, openReader, SqliteLogStore } from '../../../src/store/index.ts'
import { slicesOf } from './slices.ts'
import type { SealedMessage } from '../../../src/feed/index.ts'
import type { FeedRow, MessageEntry } from '../../../src/log/index.ts'
import type { Connection } from '../../../src/store/index.ts'

/** As the node names it. */
export const DATABASE_FILE = 'egregore.db'
export const PROJECTIONS_FILE = 'projections.db'

/** Rows written in one transaction. */
const SLICE_ROWS = 1_000

/** When all of it is said to have come: 2026-02-01T00:00:00Z. */
const RECEIVED_AT = Date.UTC(2026, 1, 1)

/** Appends feeds that are whole and in order, as if a peer had given them. */
export async function fillLog(
  directory: string,
  messages: Iterable<SealedMessage>,
  reached: (done: number) => void,
): Promise<void> {
  await withStore(directory, async (store, database) => {
    // A store that was copied and then grew is another store: peers tell them apart by this.
    database.exec(`UPDATE settings SET value = lower(hex(randomblob(8))) WHERE name = 'store'`)
    const feeds = new Map<string, FeedRow>()
    let done = 0
    for (const slice of slicesOf(messages, SLICE_ROWS)) {
      store.transact(() => appendSlice(store, feeds, slice))
      done += slice.length
      reached(done)
      await nextTurn()
    }
  })
}

/** All messages, in arrival order. */
export function readLog(directory: string): Promise<MessageEntry[]> {
  const all = Number.MAX_SAFE_INTEGER
  return withStore(directory, async (store) =>
    store.entriesAfter(0, all, all).filter((entry) => entry.kind === 'message'),
  )
}

async function withStore<T>(
  directory: string,
  work: (store: SqliteLogStore, database: Connection) => Promise<T>,
): Promise<T> {
  const database = openDatabase(join(directory, DATABASE_FILE))
  const reader = openReader(database)
  try {
    return await work(new SqliteLogStore(database, reader), database)
  } finally {
    await reader.close()
    closeDatabase(database)
  }
}

function appendSlice(store: SqliteLogStore, feeds: Map<string, FeedRow>, slice: readonly SealedMessage[]): void {
  const touched = new Set<FeedRow>()
  for (const { author, sequence, hash, text, signature } of slice) {
    const feed = feeds.get(author) ?? store.openFeed(author)
    feeds.set(author, feed)
    touched.add(feed)
    const arrival = { receivedAt: RECEIVED_AT, receivedFrom: undefined, expiresAt: undefined }
    feed.arrival = store.append({ feed, sequence, hash, text, signature, ...arrival, link: 'linked' })
    feed.head = sequence
    feed.headHash = hash
  }
  for (const feed of touched) store.saveFeed(feed)
}
