// How far each projection has come, in the same database as its tables, so that both move in one transaction.

import { storeErrorFrom } from './errors.ts'
import type { CursorStore } from '../projections/index.ts'
import type { Connection } from './database.ts'

/** {@link CursorStore} on SQLite. */
export class SqliteCursorStore implements CursorStore {
  readonly #database: Connection
  readonly #get
  readonly #set

  constructor(database: Connection) {
    this.#database = database
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
    const transaction = this.#database.transaction(work)
    try {
      return this.#database.inTransaction ? transaction() : this.#withoutFlush(transaction)
    } catch (error) {
      if (String((error as { code?: unknown }).code ?? '').startsWith('SQLITE_')) {
        throw storeErrorFrom(error, this.#database.name)
      }
      throw error
    }
  }

  /**
   * A projection that loses its last slice in a power cut folds it again: its commits need not wait for the disk. The WAL keeps their
   * order among the log's, so a cut still leaves one prefix of everything; the log's next commit flushes them along.
   */
  #withoutFlush<T>(transaction: () => T): T {
    this.#database.exec('PRAGMA synchronous = NORMAL')
    try {
      return transaction()
    } finally {
      this.#database.exec('PRAGMA synchronous = FULL')
    }
  }
}
