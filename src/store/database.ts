// Opens the SQLite file of the log: the writer connection of this process, and read-only ones for workers.

import { mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { copyDatabase } from './backups/copy-database.ts'
import { storeErrorFrom } from './errors.ts'
import { migrate, refuseUnknown } from './migrate.ts'

/** A connection as better-sqlite3 gives it. */
export type Connection = Database.Database

/** Name of the database in a data directory, and in a backup of one. */
export const DATABASE_FILE = 'egregore.db'

/** Pages held in memory by the writer, in KiB: hot index pages of a store of some million messages. */
const CACHE_KIB = 32_768

/** The WAL is written back when it is longer, and cut back to this when it begins anew. SQLite's own measure, 1,000 pages. */
export const WAL_BYTES_KEPT = 4 * 1024 * 1024

/**
 * Opens the database for writing and brings its tables up to date. `:memory:` gives one that lives as long as its handle.
 *
 * A commit is flushed to disk before it returns (WAL with `synchronous=FULL`): what was acknowledged survives a power cut. The log makes one
 * exception, for what peers sent.
 *
 * @throws StoreError `STORE_UNWRITABLE`, `STORE_FULL`, `STORE_FOREIGN`, `STORE_TOO_NEW`, `STORE_DAMAGED`, `STORE_FAILED`
 */
export function openDatabase(path: string): Connection {
  let database: Connection | undefined
  try {
    database = new Database(path)
    refuseUnknown(database, path)
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma(`cache_size = -${CACHE_KIB}`)
    database.pragma(`journal_size_limit = ${WAL_BYTES_KEPT}`)
    database.pragma('temp_store = MEMORY')
    // What is removed from the log was removed for a reason: its bytes do not stay behind in the file.
    database.pragma('secure_delete = ON')
    // Checkpointer does it, beside the main thread.
    database.pragma('wal_autocheckpoint = 0')
    migrate(database, (version) => keepCopy(path, version))
    return database
  } catch (error) {
    database?.close()
    throw storeErrorFrom(error, path)
  }
}

/** What a migration changes can be had back: the database as it was stands beside the other backups. */
function keepCopy(path: string, version: number): void {
  const directory = join(dirname(path), 'backups', `before-format-${version + 1}`)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  copyDatabase(path, join(directory, DATABASE_FILE))
}

/** Opens a second connection that can only read. */
export function openReadOnly(path: string): Connection {
  const database = new Database(path, { readonly: true, fileMustExist: true })
  database.pragma(`cache_size = -${CACHE_KIB / 2}`)
  database.pragma('temp_store = MEMORY')
  return database
}

/**
 * Writes what the WAL still holds into the file and closes. On a full disk the WAL stays as it is, and the next start reads it. Safe to
 * call twice.
 */
export function closeDatabase(database: Connection): void {
  if (!database.open) return
  try {
    database.pragma('wal_checkpoint(TRUNCATE)')
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
  } finally {
    database.close()
  }
}
