// The database of the projections: a file of its own, because everything in it can be computed again from the log. One worker writes it,
// in transactions as large as the full-text index likes them, and the log never waits for it.

import { existsSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { CURSOR_TABLE } from './cursor-store.ts'
import { storeErrorFrom } from './errors.ts'
import { damageMarkOf } from './projection-damage.ts'
import type { Connection } from './database.ts'

/** Pages held in memory by the worker that folds, in KiB: the hot end of the full-text index. */
const CACHE_KIB = 32_768

/** Pages in the WAL before they are written back: a page of the index changes many times, and is written back once. */
const WAL_PAGES = 16_000

/**
 * Opens the database in which projections keep their tables and cursors.
 *
 * A commit is not flushed by itself: what a power cut takes is folded again.
 *
 * @throws StoreError `STORE_UNWRITABLE`, `STORE_FULL`, `STORE_DAMAGED`, `STORE_FAILED`
 */
export function openProjectionDatabase(path: string): Connection {
  try {
    const database = new Database(path)
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = NORMAL')
    database.pragma(`cache_size = -${CACHE_KIB}`)
    database.pragma(`wal_autocheckpoint = ${WAL_PAGES}`)
    database.pragma('temp_store = MEMORY')
    return database
  } catch (error) {
    throw storeErrorFrom(error, path)
  }
}

/** The log that projections were folded from, or are to be. */
export interface FoldedLog {
  storeId: string
  /** The offset at its end. */
  end: number
}

/** @param database - of the log, as `openDatabase` gives it */
export function foldedLogIn(database: Connection): FoldedLog {
  const storeId = database.prepare("SELECT value FROM settings WHERE name = 'store'").pluck().get() as string // As: the first migration's.
  const end = database.prepare('SELECT coalesce(max(offset), 0) FROM entries').pluck().get() as number // As: an aggregate's.
  return { storeId, end }
}

/**
 * Makes sure that the file is there and was folded from this log, before anybody reads it. One that is not (another log was put in the
 * place of ours, an older copy of it, or a power cut took more of the log than of this file) or that is no database is removed: the
 * projections replay. Whoever has opened the file before goes on reading the one that was removed.
 *
 * @throws StoreError as {@link openProjectionDatabase}
 */
export function prepareProjectionDatabase(path: string, log: FoldedLog): void {
  if (existsSync(path) && !existsSync(damageMarkOf(path)) && isOf(path, log)) return
  for (const file of [path, `${path}-wal`, `${path}-shm`, damageMarkOf(path)]) rmSync(file, { force: true })
  const database = openProjectionDatabase(path)
  try {
    database.exec(`${CURSOR_TABLE}; CREATE TABLE folded (store TEXT NOT NULL)`)
    database.prepare('INSERT INTO folded VALUES (?)').run(log.storeId)
  } catch (error) {
    throw storeErrorFrom(error, path)
  } finally {
    database.close()
  }
}

function isOf(path: string, { storeId, end }: FoldedLog): boolean {
  let database: Connection | undefined
  try {
    database = openProjectionDatabase(path)
    const store = database.prepare('SELECT store FROM folded').pluck().get()
    const furthest = database.prepare('SELECT coalesce(max(offset), 0) FROM cursors').pluck().get() as number
    return store === storeId && furthest <= end
  } catch (error) {
    if (isUnusable(error)) return false
    throw storeErrorFrom(error, path)
  } finally {
    database?.close()
  }
}

/** No database, a broken one, or one without our tables. */
function isUnusable(error: unknown): boolean {
  return /^(STORE_DAMAGED|SQLITE_ERROR|SQLITE_CORRUPT|SQLITE_NOTADB)/.test(String((error as { code?: unknown }).code))
}
