// Follows, topics and blocks.

import { storeErrorFrom } from '../errors.ts'
import type { SelectionList, SelectionStore } from '../../log/index.ts'
import type { Connection } from '../database.ts'

/** {@link SelectionStore} on SQLite. Writing throws StoreError. */
export class SqliteSelectionStore implements SelectionStore {
  readonly #path: string
  readonly #values
  readonly #add
  readonly #remove

  constructor(database: Connection) {
    this.#path = database.name
    this.#values = database
      .prepare<[string], string>('SELECT value FROM selections WHERE list = ? ORDER BY added_at, value')
      .pluck()
    this.#add = database.prepare<[string, string, number]>('INSERT OR IGNORE INTO selections VALUES (?, ?, ?)')
    this.#remove = database.prepare<[string, string]>('DELETE FROM selections WHERE list = ? AND value = ?')
  }

  values(list: SelectionList): string[] {
    return this.#values.all(list) as string[] // pluck() answers the column, which the typings do not know.
  }

  add(list: SelectionList, value: string, addedAt: number): void {
    this.#write(() => this.#add.run(list, value, addedAt))
  }

  remove(list: SelectionList, value: string): void {
    this.#write(() => this.#remove.run(list, value))
  }

  #write(work: () => void): void {
    try {
      work()
    } catch (error) {
      throw storeErrorFrom(error, this.#path)
    }
  }
}
