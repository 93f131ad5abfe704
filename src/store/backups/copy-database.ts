// A copy of a database as it stands at one moment, also while somebody writes to it.

import { closeSync, fsyncSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'
import { storeErrorFrom } from '../errors.ts'
import { checkIntegrity } from '../soundness/integrity.ts'

/**
 * When it returns, the copy is whole and on disk. A gigabyte takes some seconds: not for the main thread of a node that serves.
 *
 * @param target - must not exist
 * @throws StoreError `STORE_FULL`, `STORE_UNWRITABLE`, `STORE_DAMAGED`, `STORE_FAILED`
 */
export function copyDatabase(source: string, target: string): void {
  vacuumInto(source, target)
  checkIntegrity(target)
  const file = openSync(target, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function vacuumInto(source: string, target: string): void {
  let database: Database.Database | undefined
  try {
    database = new Database(source, { readonly: true, fileMustExist: true })
    database.prepare('VACUUM INTO ?').run(target)
  } catch (error) {
    throw storeErrorFrom(error, source)
  } finally {
    database?.close()
  }
}
