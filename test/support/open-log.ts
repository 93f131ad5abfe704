// A real log on a database in memory (or on disk), with seeded keys and a clock that a test moves.

import { createIdentity } from '../../src/feed/index.ts'
import { Log } from '../../src/log/index.ts'
import {
  openDatabase,
  openReader,
  SqliteLogStore,
  SqlitePublishedKeyStore,
  SqliteSelectionStore,
} from '../../src/store/index.ts'
import type { Identity } from '../../src/feed/index.ts'
import type { Verifying } from '../../src/log/index.ts'
import type { Connection, Reader } from '../../src/store/index.ts'

/** A moment at which all tests stand unless they say otherwise: 2026-01-01T00:00:00Z. */
export const TEST_NOW = Date.UTC(2026, 0, 1)

export interface OpenLog {
  log: Log
  store: SqliteLogStore
  database: Connection
  reader: Reader
  identity: Identity
  clock: { now: number }
}

/** The identity whose seed is 32 times this byte. */
export function identityOf(seedByte: number): Identity {
  return createIdentity(new Uint8Array(32).fill(seedByte))
}

export interface OpenLogInit {
  seed?: number
  path?: string
  clock?: { now: number }
  verifying?: Verifying
}

export function openLog({
  seed = 1,
  path = ':memory:',
  clock = { now: TEST_NOW },
  ...components
}: OpenLogInit = {}): OpenLog {
  const identity = identityOf(seed)
  const database = openDatabase(path)
  const reader = openReader(database)
  const store = new SqliteLogStore(database, reader)
  const log = new Log({
    store,
    selectionStore: new SqliteSelectionStore(database),
    publishedKeyStore: new SqlitePublishedKeyStore(database),
    identity,
    clock: () => clock.now,
    ...components,
  })
  return { log, store, database, reader, identity, clock }
}
