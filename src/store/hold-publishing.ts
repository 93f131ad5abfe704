// A store for an identity that has spoken elsewhere, or here before its store was lost: whether it may go on at once.

import { renameSync, statSync } from 'node:fs'
import { finishRestore, removeDatabase, restoredOf } from './backups/restore.ts'
import { closeDatabase, openDatabase } from './database.ts'
import { storeErrorFrom } from './errors.ts'
import { KeyFiles } from './keys/key-files.ts'

/**
 * Nothing is published from this database, which is made when it is not there, until a peer has told what it holds of our own feed. The data
 * directory must be locked by the caller.
 *
 * @throws StoreError as {@link openDatabase}
 */
export function holdPublishing(path: string): void {
  setHeld(path, true)
}

/**
 * The other way round: whoever runs this node knows that no peer holds more.
 *
 * @throws StoreError as {@link openDatabase}
 */
export function releasePublishing(path: string): void {
  setHeld(path, false)
}

/**
 * To be called before the database is opened, and that before a first key is made: then a key without a database is one that has spoken. A
 * store made anew under it would begin its feed again and fork it, so one is made that waits. It appears under its name with that said.
 *
 * @param directory - of the identity
 * @returns whether the database was missing
 * @throws StoreError as {@link openDatabase}
 */
export function holdWithoutLog(path: string, directory: string): boolean {
  finishRestore(path)
  if (!isEmpty(path) || !new KeyFiles(directory).isThere()) return false
  const draft = `${path}.part`
  try {
    removeDatabase(draft)
    holdPublishing(draft)
    removeDatabase(path)
    renameSync(draft, restoredOf(path))
    finishRestore(path)
  } catch (error) {
    throw storeErrorFrom(error, path)
  }
  return true
}

function isEmpty(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0
}

function setHeld(path: string, isHeld: boolean): void {
  finishRestore(path)
  const database = openDatabase(path)
  try {
    database.prepare("INSERT OR REPLACE INTO settings VALUES ('rolled_back', ?)").run(isHeld ? 1 : 0)
  } finally {
    closeDatabase(database)
  }
}
