// The peers that were met, with the time of the last contact.

import { storeErrorFrom } from '../errors.ts'
import type { MetPeer, MetPeerStore } from '../../network/index.ts'
import type { Connection } from '../database.ts'

interface MetPeerRow {
  peer: string
  addresses: string
  last_contact: number
}

/** {@link MetPeerStore} on SQLite. Writing throws StoreError. */
export class SqliteMetPeerStore implements MetPeerStore {
  readonly #path: string
  readonly #recent
  readonly #remember: (peer: MetPeer, count: number) => void
  readonly #update
  readonly #forget

  constructor(database: Connection) {
    this.#path = database.name
    this.#recent = database.prepare<[number], MetPeerRow>(
      'SELECT * FROM met_peers ORDER BY last_contact DESC, peer LIMIT ?',
    )
    const insert = database.prepare<[string, string, number]>('INSERT OR REPLACE INTO met_peers VALUES (?, ?, ?)')
    const keepOnly = database.prepare<[number]>(
      'DELETE FROM met_peers WHERE peer IN (SELECT peer FROM met_peers ORDER BY last_contact DESC, peer LIMIT -1 OFFSET ?)',
    )
    this.#remember = database.transaction(({ peerId, addresses, lastContact }, count) => {
      insert.run(peerId, addresses.join('\n'), lastContact)
      keepOnly.run(count)
    })
    this.#update = database.prepare<[string, number, string]>(
      'UPDATE met_peers SET addresses = ?, last_contact = ? WHERE peer = ?',
    )
    this.#forget = database.prepare<[string]>('DELETE FROM met_peers WHERE peer = ?')
  }

  recent(count: number): MetPeer[] {
    return this.#recent.all(count).map(({ peer, addresses, last_contact }) => ({
      peerId: peer,
      addresses: addresses.split('\n'),
      lastContact: last_contact,
    }))
  }

  remember(peer: MetPeer, count: number): void {
    this.#write(() => this.#remember(peer, count))
  }

  update({ peerId, addresses, lastContact }: MetPeer): void {
    this.#write(() => this.#update.run(addresses.join('\n'), lastContact, peerId))
  }

  forget(peerId: string): void {
    this.#write(() => this.#forget.run(peerId))
  }

  #write(work: () => void): void {
    try {
      work()
    } catch (error) {
      throw storeErrorFrom(error, this.#path)
    }
  }
}
