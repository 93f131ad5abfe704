// A store for an identity that has spoken elsewhere.

import { closeDatabase, openDatabase } from './database.ts'
import { finishRestore } from './restore.ts'

/**
 * Nothing is published from this database, which is made when it is not there, until a peer has told what it holds of our own feed. The data
 * directory must be locked by the caller.
 *
 * @throws StoreError as {@link openDatabase}
 */
export function holdPublishing(path: string): void {
  finishRestore(path)
  const database = openDatabase(path)
  try {
    database.prepare("INSERT OR REPLACE INTO settings VALUES ('rolled_back', 1)").run()
  } finally {
    closeDatabase(database)
  }
}
