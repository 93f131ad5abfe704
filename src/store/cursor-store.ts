// How far each projection has come, in the same database as its tables, so that both move in one transaction.

import { isCorruption, storeErrorFrom } from './errors.ts'
import { projectionsDamaged } from './projection-damage.ts'
import type { CursorStore } from '../projections/index.ts'
import type { Connection } from './database.ts'

/** One row a projection. */
export const CURSOR_TABLE = `CREATE TABLE IF NOT EXISTS cursors (
  reader TEXT PRIMARY KEY, version INTEGER NOT NULL, offset INTEGER NOT NULL
) WITHOUT ROWID`

/** {@link CursorStore} on SQLite. */
export class SqliteCursorStore implements CursorStore {
  readonly #database: Connection
  readonly #get
  readonly #set

  constructor(database: Connection) {
    this.#database = database
    database.exec(CURSOR_TABLE)
    this.#get = database.prepare<[string], { version: number; offset: number }>(
      'SELECT version, offset FROM cursors WHERE reader = ?',
    )
    this.#set = database.prepare<[string, number, number]>('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)')
  }

  cursor(reader: string): { version: number; offset: number } | undefined {
    return this.#get.get(reader)
  }

  setCursor(reader: string, version: number, offset: number): void {
    this.#set.run(reader, version, offset)
  }

  transact<T>(work: () => T): T {
    try {
      return this.#database.transaction(work)()
    } catch (error) {
      if (isCorruption(error) && !this.#database.memory) throw projectionsDamaged(this.#database.name, error)
      if (String((error as { code?: unknown }).code ?? '').startsWith('SQLITE_')) {
        throw storeErrorFrom(error, this.#database.name)
      }
      throw error
    }
  }
}
