// What becomes of a damaged database of the projections: it is marked, and the next start computes it anew from the log.

import { writeFileSync } from 'node:fs'
import { StoreError } from './errors.ts'

/** SQLite met a broken page of it. From now on it is not trusted, whatever the next start sees of it. */
export function projectionsDamaged(path: string, cause: unknown): StoreError {
  try {
    writeFileSync(damageMarkOf(path), '')
  } catch {
    // A full disk: then it stays for "egregore doctor --fix".
  }
  const message = `What was computed from the log, ${path}, is damaged. No message is lost: restart the node, and it is computed anew.`
  return new StoreError('STORE_DAMAGED', message, { path }, { cause })
}

/** A file beside it that says so. */
export function damageMarkOf(path: string): string {
  return `${path}.damaged`
}
