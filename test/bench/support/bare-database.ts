// The limit of storing: better-sqlite3 with the rows, indexes and full-text index that a message needs, and no rule around them.

import Database from 'better-sqlite3'
import type { BareMessage } from './bare-message.ts'

/** Rows in one transaction: past some hundred, a batch gains nothing more. */
export const ROWS_PER_TRANSACTION = 500

const TABLES = `
  CREATE TABLE entries (
    offset INTEGER PRIMARY KEY AUTOINCREMENT, feed INTEGER NOT NULL, sequence INTEGER NOT NULL, received_at INTEGER NOT NULL,
    hash BLOB NOT NULL, signature BLOB NOT NULL, text TEXT NOT NULL
  );
  CREATE UNIQUE INDEX entries_by_hash ON entries (hash);
  CREATE INDEX entries_by_sequence ON entries (feed, sequence);
  CREATE VIRTUAL TABLE words USING fts5 (title, body, content = '', tokenize = 'porter unicode61');
`

/** A database in a file, every commit flushed to disk. */
export class BareDatabase {
  readonly #database: Database.Database
  readonly #insertAll

  constructor(path: string) {
    this.#database = new Database(path)
    this.#database.pragma('journal_mode = WAL')
    this.#database.pragma('synchronous = FULL')
    this.#database.exec(TABLES)
    const entry = this.#database.prepare(
      'INSERT INTO entries (feed, sequence, received_at, hash, signature, text) VALUES (?, ?, ?, ?, ?, ?)',
    )
    const words = this.#database.prepare('INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)')
    this.#insertAll = this.#database.transaction((messages: readonly BareMessage[]) => {
      for (const { feed, sequence, hash, signature, text, title, body } of messages) {
        const { lastInsertRowid } = entry.run(feed, sequence, 0, Buffer.from(hash, 'hex'), signature, text)
        words.run(lastInsertRowid, title, body)
      }
    })
  }

  /** One transaction, on disk when this returns. */
  insert(messages: readonly BareMessage[]): void {
    this.#insertAll(messages)
  }

  close(): void {
    this.#database.close()
  }
}
