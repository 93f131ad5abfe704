// How far each projection has come, in the same database as its tables, so that both move in one transaction.

import { isCorruption, storeErrorFrom } from './errors.ts'
import { projectionsDamaged } from './projection-damage.ts'
import type { CursorStore } from '../projections/index.ts'
import type { Connection } from './database.ts'

/** One row a projection. */
export const CURSOR_TABLE = `CREATE TABLE IF NOT EXISTS cursors (
  reader TEXT PRIMARY KEY, version INTEGER NOT NULL, offset INTEGER NOT NULL
) WITHOUT ROWID`

/** Damaged messages that a projection has passed over: to be folded when they are whole. */
const PASSED_OVER_TABLE = `CREATE TABLE IF NOT EXISTS passed_over (
  reader TEXT NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (reader, offset)
) WITHOUT ROWID`

/** {@link CursorStore} on SQLite. */
export class SqliteCursorStore implements CursorStore {
  readonly #database: Connection
  readonly #get
  readonly #set
  readonly #passedOver
  readonly #passOver
  readonly #forgetPassedOver

  constructor(database: Connection) {
    this.#database = database
    database.exec(`${CURSOR_TABLE}; ${PASSED_OVER_TABLE}`)
    this.#get = database.prepare<[string], { version: number; offset: number }>(
      'SELECT version, offset FROM cursors WHERE reader = ?',
    )
    this.#set = database.prepare<[string, number, number]>('INSERT OR REPLACE INTO cursors VALUES (?, ?, ?)')
    this.#passedOver = database
      .prepare<[string], number>('SELECT offset FROM passed_over WHERE reader = ? ORDER BY offset')
      .pluck()
    this.#passOver = database.prepare<[string, number]>('INSERT OR IGNORE INTO passed_over VALUES (?, ?)')
    this.#forgetPassedOver = database.prepare<{ reader: string; offset: number | null }>(
      'DELETE FROM passed_over WHERE reader = @reader AND offset = coalesce(@offset, offset)',
    )
  }

  cursor(reader: string): { version: number; offset: number } | undefined {
    return this.#get.get(reader)
  }

  setCursor(reader: string, version: number, offset: number): void {
    this.#set.run(reader, version, offset)
  }

  passedOver(reader: string): number[] {
    return this.#passedOver.all(reader) as number[] // As: pluck() answers the column itself, which the typings do not know.
  }

  passOver(reader: string, offset: number): void {
    this.#passOver.run(reader, offset)
  }

  forgetPassedOver(reader: string, offset?: number): void {
    this.#forgetPassedOver.run({ reader, offset: offset ?? null })
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
