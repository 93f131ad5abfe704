// What replication remembers of the stores it read from, so that a reconnect asks only for what is new there.

import { keyFromAuthor } from '../../feed/index.ts'
import type { Author } from '../../feed/index.ts'
import type { AskedFor, AskedMark, KnownServer, PullStore } from '../../network/index.ts'
import type { Connection } from '../database.ts'

/** {@link PullStore} on SQLite. */
export class SqlitePullStore implements PullStore {
  readonly #database: Connection
  readonly #known
  readonly #remember
  readonly #forgetOtherStores
  readonly #asked
  readonly #markAsked

  constructor(database: Connection) {
    this.#database = database
    this.#known = database.prepare<[string], { store: string; offset: number; check: string; asked: string }>(
      'SELECT lower(hex(store)) AS store, cursor AS offset, lower(hex(check_hash)) AS "check", asked FROM pulled WHERE peer = ?',
    )
    this.#remember = database.prepare<[string, Buffer, number, Buffer, string]>(
      'INSERT OR REPLACE INTO pulled VALUES (?, ?, ?, ?, ?)',
    )
    this.#forgetOtherStores = database.prepare('DELETE FROM asked WHERE peer = ? AND store <> ?')
    this.#asked = database
      .prepare<[string, Uint8Array, Buffer], number>(
        'SELECT arrival FROM asked WHERE peer = ? AND key = ? AND store = ?',
      )
      .pluck()
    this.#markAsked = database.prepare<[string, Uint8Array, Buffer, number]>(
      'INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?)',
    )
  }

  known(peer: string): KnownServer | undefined {
    const row = this.#known.get(peer)
    if (row === undefined) return undefined
    const { store, offset, check, asked } = row
    return { store, cursor: { offset, check }, asked: JSON.parse(asked) as AskedFor } // As: `remember` wrote it.
  }

  remember(peer: string, { store, cursor, asked }: KnownServer): void {
    const isNew = this.known(peer)?.store !== store
    this.#remember.run(peer, bytes(store), cursor.offset, bytes(cursor.check), JSON.stringify(asked))
    // A peer with a new store will never again be asked about its old one.
    if (isNew) this.#forgetOtherStores.run(peer, bytes(store))
  }

  asked(peer: string, store: string, authors: readonly Author[]): (number | undefined)[] {
    const storeBytes = bytes(store)
    // pluck() answers the column itself, which the typings do not know.
    return authors.map((author) => this.#asked.get(peer, keyFromAuthor(author), storeBytes) as number | undefined)
  }

  forget(): void {
    const forgetAll = this.#database.transaction(() => this.#database.exec('DELETE FROM pulled; DELETE FROM asked'))
    forgetAll()
  }

  markAsked(peer: string, store: string, marks: readonly AskedMark[]): void {
    const storeBytes = bytes(store)
    const markAll = this.#database.transaction(() => {
      for (const { author, arrival } of marks) this.#markAsked.run(peer, keyFromAuthor(author), storeBytes, arrival)
    })
    markAll()
  }
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}
