// Who may not connect, and until when.

import { storeErrorFrom } from '../errors.ts'
import type { Ban, BanStore } from '../../network/index.ts'
import type { Connection } from '../database.ts'

/** {@link BanStore} on SQLite. Writing throws StoreError. */
export class SqliteBanStore implements BanStore {
  readonly #path: string
  readonly #list
  readonly #save
  readonly #remove

  constructor(database: Connection) {
    this.#path = database.name
    this.#list = database.prepare<[], Ban>('SELECT peer, code, since, until, times FROM bans')
    this.#save = database.prepare<Ban>('INSERT OR REPLACE INTO bans VALUES (:peer, :code, :since, :until, :times)')
    this.#remove = database.prepare<[string]>('DELETE FROM bans WHERE peer = ?')
  }

  bans(): Ban[] {
    return this.#list.all()
  }

  saveBan(ban: Ban): void {
    this.#write(() => this.#save.run(ban))
  }

  removeBan(peer: string): void {
    this.#write(() => this.#remove.run(peer))
  }

  #write(work: () => void): void {
    try {
      work()
    } catch (error) {
      throw storeErrorFrom(error, this.#path)
    }
  }
}
