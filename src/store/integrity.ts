// Whether a database file is whole: every page of it, as SQLite sees them.

import Database from 'better-sqlite3'
import { StoreError, storeErrorFrom } from './errors.ts'

/** Findings told: the first ones say where to look, thousands more say nothing. */
const FINDINGS_MAX = 10

/**
 * Reads every page; a gigabyte takes some seconds.
 *
 * @throws StoreError `STORE_DAMAGED` with what was found, `STORE_UNWRITABLE`
 */
export function checkIntegrity(path: string): void {
  const findings = findingsIn(path)
  if (findings.length === 0) return
  throw new StoreError(
    'STORE_DAMAGED',
    `The database ${path} is damaged: ${findings[0]}. Restore a backup, or move the file away: peers give back what they hold.`,
    { path, findings },
  )
}

function findingsIn(path: string): string[] {
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
