// What was published under a key, for a day.

import { hexOf } from '../log/log-rows.ts'
import type { PublishedKeyStore, PublishedUnderKey } from '../../log/index.ts'
import type { Connection } from '../database.ts'

interface PublishedKeyRow {
  key: string
  digest: Uint8Array
  hash: Uint8Array
  note: string
  at: number
}

/** {@link PublishedKeyStore} on SQLite: on the connection of the log, whose transaction it joins. */
export class SqlitePublishedKeyStore implements PublishedKeyStore {
  readonly #get
  readonly #remove
  readonly #add
  readonly #forget

  constructor(database: Connection) {
    this.#get = database.prepare<[string], PublishedKeyRow>(
      'SELECT key, digest, hash, note, at FROM published_keys WHERE key = ?',
    )
    this.#remove = database.prepare<[string]>('DELETE FROM published_keys WHERE key = ?')
    this.#add = database.prepare<[string, Buffer, Buffer, string, number]>(
      'INSERT INTO published_keys (key, digest, hash, note, at) VALUES (?, ?, ?, ?, ?)',
    )
    // Ids rise, so the newest are those next to the highest.
    this.#forget = database.prepare<[number, number, number]>(
      `DELETE FROM published_keys WHERE id IN (
        SELECT id FROM (SELECT id, at FROM published_keys ORDER BY id LIMIT ?)
        WHERE at <= ? OR id <= (SELECT max(id) FROM published_keys) - ?)`,
    )
  }

  published(key: string): PublishedUnderKey | undefined {
    const row = this.#get.get(key)
    return row && { ...row, digest: hexOf(row.digest), hash: hexOf(row.hash) }
  }

  remember({ key, digest, hash, note, at }: PublishedUnderKey): void {
    this.#remove.run(key)
    this.#add.run(key, Buffer.from(digest, 'hex'), Buffer.from(hash, 'hex'), note, at)
  }

  forget(before: number, keep: number, count: number): void {
    this.#forget.run(count, before, keep)
  }
}
