// What is on disk, locked for this process.

import { pathsOf } from '../config/index.ts'
import {
  Backups,
  Checkpointer,
  closeDatabase,
  DatabaseSoundness,
  foldedLogIn,
  holdWithoutLog,
  isSqliteError,
  loadIdentity,
  lockDirectory,
  openDatabase,
  openReader,
  prepareProjectionDatabase,
  RunningMark,
  SqliteLogStore,
  SqliteMailboxStore,
  storeErrorFrom,
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
  soundness: DatabaseSoundness
  store: SqliteLogStore
  mailbox: SqliteMailboxStore
  reader: Reader
  backups: Backups
}

export function openStorage(config: Config, { logger, passphrase }: EgregoreComponents, started: Started): Storage {
  const paths = pathsOf(config.dataDir)
  const lock = lockDirectory(paths.data)
  started.add(() => lock.release())
  const mark = new RunningMark(paths.data)
  if (holdWithoutLog(paths.database, paths.identity)) logger.warn({ path: paths.database }, WITHOUT_LOG)
  const database = openDatabase(paths.database)
  const soundness = new DatabaseSoundness(database, logger)
  started.add(() => {
    closeDatabase(database)
    // A check that was not brought to its end is owed to the next start.
    if (soundness.state === 'whole' || (soundness.state === 'unchecked' && !mark.wasLeft)) mark.remove()
  })
  mark.set()
  started.add(() => soundness.close())
  // Behind the log: a key without one has spoken.
  const { identity, isNew } = loadIdentity(paths.identity, { passphrase })
  const checkpointer = new Checkpointer(database, { logger })
  started.add(() => checkpointer.close())
  const backups = new Backups(database, paths.backups, Date.now)
  started.add(() => backups.close())
  // Before anybody opens it: this may take another file's place.
  prepareProjectionDatabase(paths.projections, foldedLogIn(database))
  const reader = openReader(database, paths.projections)
  started.add(() => reader.close())
  const store = new SqliteLogStore(database, reader, soundness)
  const mailbox = new SqliteMailboxStore(database)
  if (mark.wasLeft) void soundness.check()
  return { identity, isNew, database, checkpointer, soundness, store, mailbox, reader, backups }
}

/** Why a node did not start. A broken page may be met by the first to read it, and the log is what is read at a start. */
export function whyNotStarted(error: unknown, { dataDir }: Config): unknown {
  return isSqliteError(error) ? storeErrorFrom(error, pathsOf(dataDir).database) : error
}

const WITHOUT_LOG =
  'the identity is older than the log, which was not there: nothing is published until a peer has told what it holds of our feed'
