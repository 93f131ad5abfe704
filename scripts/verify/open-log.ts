// A real log on a database that a suite made.

import { Log } from '../../src/log/index.ts'
import {
  openDatabase,
  openReader,
  SqliteLogStore,
  SqlitePublishedKeyStore,
  SqliteSelectionStore,
} from '../../src/store/index.ts'
import type { Identity } from '../../src/feed/index.ts'
import type { Connection } from '../../src/store/index.ts'

/** Its clock stands at `now`. Nothing that asks the reader is asked of it, so that none is started. */
export function logOn(database: Connection, identity: Identity, now: number): Log {
  return new Log({
    store: new SqliteLogStore(database, openReader(openDatabase(':memory:'))),
    selectionStore: new SqliteSelectionStore(database),
    publishedKeyStore: new SqlitePublishedKeyStore(database),
    identity,
    clock: () => now,
  })
}
