// What is on disk, locked for this process.

import { pathsOf } from '../config/index.ts'
import {
  Backups,
  Checkpointer,
  closeDatabase,
  finishRestore,
  loadIdentity,
  lockDirectory,
  openDatabase,
  openReader,
  prepareProjectionDatabase,
  SqliteLogStore,
} from '../store/index.ts'
import type { Config } from '../config/index.ts'
import type { Identity } from '../feed/index.ts'
import type { Connection, Reader } from '../store/index.ts'
import type { EgregoreComponents } from './components.ts'
import type { Started } from './started.ts'

/** Opened before everything else, closed behind it. */
export interface Storage {
  identity: Identity
  isNew: boolean
  database: Connection
  checkpointer: Checkpointer
  store: SqliteLogStore
  reader: Reader
  backups: Backups
}

export function openStorage(config: Config, { logger, passphrase }: EgregoreComponents, started: Started): Storage {
  const paths = pathsOf(config.dataDir)
  const lock = lockDirectory(paths.data)
  started.add(() => lock.release())
  const { identity, isNew } = loadIdentity(paths.identity, { passphrase })
  finishRestore(paths.database)
  const database = openDatabase(paths.database)
  started.add(() => closeDatabase(database))
  const checkpointer = new Checkpointer(database, { logger })
  started.add(() => checkpointer.close())
  const backups = new Backups(database, paths.backups, Date.now)
  started.add(() => backups.close())
  const reader = openReader(database, paths.projections)
  started.add(() => reader.close())
  const store = new SqliteLogStore(database, reader)
  prepareProjectionDatabase(paths.projections, { storeId: store.storeId, end: store.cursor().offset })
  return { identity, isNew, database, checkpointer, store, reader, backups }
}
