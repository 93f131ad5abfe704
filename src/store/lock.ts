// One process a data directory. The lock is an exclusive transaction held on a small SQLite file: the kernel releases it when the process
// dies, however it dies, so no stale lock is ever left behind.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { StoreError, storeErrorFrom } from './errors.ts'
import type { Connection } from './database.ts'

const LOCK_FILE = 'lock.db'
const HOLDER_FILE = 'lock.holder'

/** A data directory that is ours. Keep a reference to it: a collected handle gives the lock up. */
export class DirectoryLock {
  // Nothing else may open this file: closing any descriptor of it in this process would release the lock.
  readonly #handle: Connection

  /** @internal Use {@link lockDirectory}. */
  constructor(handle: Connection) {
    this.#handle = handle
  }

  /** Safe to call twice. */
  release(): void {
    if (!this.#handle.open) return
    this.#handle.exec('ROLLBACK')
    this.#handle.close()
  }
}

/**
 * Takes the lock of a data directory, which is made when it is not there.
 *
 * @throws StoreError `STORE_LOCKED` naming the holder, `STORE_UNWRITABLE`, `STORE_FULL`
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, LOCK_FILE)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    return new DirectoryLock(takeLock(directory, path))
  } catch (error) {
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') throw locked(directory)
    throw storeErrorFrom(error, path)
  }
}

/** Who has a data directory; `free` when nobody does. */
export type Holder = 'free' | { pid: number | undefined }

/**
 * Looks who holds the lock, for whoever does not hold it itself, and takes nothing.
 *
 * @throws StoreError `STORE_UNWRITABLE` when the lock cannot be looked at
 */
export function holderOfLock(directory: string): Holder {
  const path = join(directory, LOCK_FILE)
  if (!existsSync(path)) return 'free'
  let handle: Connection | undefined
  try {
    handle = new Database(path, { timeout: 0, readonly: true })
    // A reader is kept out by whoever holds it exclusively, and keeps out nobody when it lets go at once.
    handle.prepare('SELECT 1 FROM sqlite_schema').get()
    return 'free'
  } catch (error) {
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') return { pid: holderOf(directory) }
    throw storeErrorFrom(error, path)
  } finally {
    handle?.close()
  }
}

/** A handle that fails is closed at once: until it is collected, it would keep the lock. */
function takeLock(directory: string, path: string): Connection {
  const handle = new Database(path, { timeout: 0 })
  try {
    handle.exec('BEGIN EXCLUSIVE')
    writeFileSync(join(directory, HOLDER_FILE), String(process.pid))
    return handle
  } catch (error) {
    handle.close()
    throw error
  }
}

function locked(directory: string): StoreError {
  const holder = holderOf(directory)
  const who = holder === undefined ? 'another process' : `process ${holder}`
  return new StoreError(
    'STORE_LOCKED',
    `The data directory ${directory} is in use by ${who}. Stop that node first, or give this one its own --data-dir.`,
    { directory, holder },
  )
}

/** Only for the sentence above: the lock itself never depends on this file. */
function holderOf(directory: string): number | undefined {
  try {
    const holder = Number.parseInt(readFileSync(join(directory, HOLDER_FILE), 'utf8'), 10)
    return Number.isInteger(holder) ? holder : undefined
  } catch {
    return undefined
  }
}
