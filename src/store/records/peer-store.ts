// The addresses that were added through the API.

import { storeErrorFrom } from '../errors.ts'
import type { PeerStore } from '../../network/index.ts'
import type { Connection } from '../database.ts'

/** {@link PeerStore} on SQLite. Writing throws StoreError. */
export class SqlitePeerStore implements PeerStore {
  readonly #path: string
  readonly #list
  readonly #add
  readonly #remove

  constructor(database: Connection) {
    this.#path = database.name
    this.#list = database.prepare<[], string>('SELECT address FROM peers ORDER BY added_at, address').pluck()
    this.#add = database.prepare<[string, number]>('INSERT OR IGNORE INTO peers VALUES (?, ?)')
    this.#remove = database.prepare<[string]>('DELETE FROM peers WHERE address = ?')
  }

  addresses(): string[] {
    return this.#list.all() as string[] // pluck() answers the column, which the typings do not know.
  }

  add(address: string, addedAt: number): void {
    this.#write(() => this.#add.run(address, addedAt))
  }

  remove(address: string): void {
    this.#write(() => this.#remove.run(address))
  }

  #write(work: () => void): void {
    try {
      work()
    } catch (error) {
      throw storeErrorFrom(error, this.#path)
    }
  }
}
