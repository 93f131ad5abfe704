// Whether a database file is whole: every page of it, as SQLite sees them.

import Database from 'better-sqlite3'
import { damaged, storeErrorFrom } from '../errors.ts'

/** Findings told: the first ones say where to look, thousands more say nothing. */
const FINDINGS_MAX = 10

/**
 * Reads every page; a gigabyte takes some seconds.
 *
 * @throws StoreError `STORE_DAMAGED` with what was found, `STORE_UNWRITABLE`
 */
export function checkIntegrity(path: string): void {
  const findings = findingsIn(path)
  if (findings.length > 0) throw damaged(path, findings)
}

/**
 * What is wrong with a database, also while somebody writes to it; empty when it is whole. As long as {@link checkIntegrity}.
 *
 * @throws StoreError when it cannot be read at all
 */
export function findingsIn(path: string): string[] {
  let database: Database.Database | undefined
  try {
    database = new Database(path, { readonly: true, fileMustExist: true })
    const rows = database.prepare(`PRAGMA quick_check(${FINDINGS_MAX})`).pluck().all() as string[]
    return rows.filter((row) => row !== 'ok')
  } catch (error) {
    throw storeErrorFrom(error, path)
  } finally {
    database?.close()
  }
}
