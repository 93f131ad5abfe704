// Puts a backup in the place of a data directory's database. The copy becomes a store of its own: peers and readers that knew the old one
// begin anew, and it says nothing until it is known that nobody holds more of its feed.

import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { DATABASE_FILE } from '../database.ts'
import { StoreError, storeErrorFrom } from '../errors.ts'
import { refuseUnknown } from '../migrate.ts'
import { isUnfinished } from './backups.ts'
import { copyDatabase } from './copy-database.ts'

/** What a restored store says, and what becomes of the one in its place. */
export interface RestoreOptions {
  /** No peer holds more of our own feed than the backup: publishing need not wait for one. */
  offline: boolean
  /** Where a database that stands in the way is moved; without one it is refused. */
  replaced?: string
}

/**
 * The data directory must be locked by the caller.
 *
 * @param from - the backup: a directory that holds egregore.db, or that file
 * @param target - path of the database
 * @throws StoreError `STORE_BACKUP_MISSING`, `STORE_DAMAGED`, `STORE_FOREIGN`, `STORE_TOO_NEW`, `STORE_OCCUPIED`, `STORE_UNWRITABLE`, `STORE_FULL`
 */
export function restoreDatabase(from: string, target: string, { offline, replaced }: RestoreOptions): void {
  const source = databaseIn(from)
  if (existsSync(target) && replaced === undefined) throw occupied(target)
  const draft = `${target}.part`
  try {
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
    removeDatabase(draft)
    copyBackup(source, draft)
    makeOwnStore(draft, offline)
    if (replaced !== undefined) keepAside(target, replaced)
    renameSync(draft, restoredOf(target))
    rmSync(target, { force: true })
    finishRestore(target)
  } catch (error) {
    removeDatabase(draft)
    throw storeErrorFrom(error, target)
  }
}

/**
 * Puts a restored copy in its place when a crash kept {@link restoreDatabase} from it: a store made anew there would begin our feed again, and
 * fork it. To be called before the database is opened. One that never replaced its database is removed.
 */
export function finishRestore(target: string): void {
  const restored = restoredOf(target)
  if (!existsSync(restored)) return
  if (existsSync(target)) {
    rmSync(restored)
    return
  }
  // What is left of the database before would be damage to the new one.
  removeDatabase(target)
  renameSync(restored, target)
}

/** A copy that is whole: from here on only names change. */
export function restoredOf(target: string): string {
  return `${target}.restored`
}

function copyBackup(source: string, draft: string): void {
  try {
    copyDatabase(source, draft)
  } catch (cause) {
    if (!(cause instanceof StoreError) || cause.code !== 'STORE_DAMAGED') throw cause
    const message = `The backup ${source} is damaged, so that nothing was changed. Restore another one.`
    throw new StoreError('STORE_DAMAGED', message, { path: source }, { cause })
  }
}

function databaseIn(from: string): string {
  if (isUnfinished(from) || isUnfinished(dirname(from))) throw unfinished(from)
  const found = statSync(from, { throwIfNoEntry: false })
  const path = found?.isDirectory() ? join(from, DATABASE_FILE) : from
  if (existsSync(path)) return path
  throw new StoreError(
    'STORE_BACKUP_MISSING',
    `There is no backup at ${from}: a directory with ${DATABASE_FILE} is expected.`,
    {
      path: from,
    },
  )
}

function unfinished(from: string): StoreError {
  return new StoreError(
    'STORE_BACKUP_MISSING',
    `${from} is the beginning of a backup that was cut short, and of no use. Restore another one.`,
    { path: from },
  )
}

/** A new id, so that nobody takes its offsets for those of the store that it was copied from. */
function makeOwnStore(path: string, offline: boolean): void {
  const database = new Database(path)
  try {
    refuseUnknown(database, path)
    database.pragma('journal_mode = DELETE')
    database.pragma('synchronous = FULL')
    const set = database.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)')
    database.transaction(() => {
      database.exec("UPDATE settings SET value = lower(hex(randomblob(8))) WHERE name = 'store'")
      set.run('rolled_back', offline ? 0 : 1)
    })()
  } finally {
    database.close()
  }
}

/** All of it is there before anything is taken away. */
function keepAside(target: string, directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  for (const file of filesOf(target)) {
    if (existsSync(file)) linkOrCopy(file, join(directory, DATABASE_FILE + file.slice(target.length)))
  }
}

/** Not every file system has hard links. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

/** With what SQLite keeps beside it. */
export function removeDatabase(path: string): void {
  for (const file of filesOf(path)) rmSync(file, { force: true })
}

/** A database and what SQLite keeps beside it. */
function filesOf(path: string): string[] {
  return [path, `${path}-wal`, `${path}-shm`]
}

function occupied(target: string): StoreError {
  return new StoreError(
    'STORE_OCCUPIED',
    `There is a database at ${target} already. Restore into another --data-dir, or give --replace: it is then moved aside, not removed.`,
    { path: target },
  )
}
