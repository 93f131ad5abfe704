// Marks and mutes of the inbox.

import { storeErrorFrom } from '../errors.ts'
import type { Author, Hash } from '../../feed/index.ts'
import type { MailboxStore, Mark } from '../../projections/index.ts'
import type { Connection } from '../database.ts'

/** {@link MailboxStore} on SQLite. */
export class SqliteMailboxStore implements MailboxStore {
  readonly #path: string
  readonly #read
  readonly #acknowledge
  readonly #unmark
  readonly #mutes
  readonly #mute
  readonly #unmute

  constructor(database: Connection) {
    this.#path = database.name
    this.#read = database.prepare<[number, string]>(marking(['read_at']))
    this.#acknowledge = database.prepare<[number, string]>(marking(['read_at', 'acknowledged_at']))
    this.#unmark = database.prepare<[string]>(`DELETE FROM inbox_marks WHERE offset IN (SELECT offset ${HELD})`)
    this.#mutes = database.prepare<[], Author>('SELECT author FROM mutes ORDER BY muted_at, author').pluck()
    this.#mute = database.prepare<[Author, number]>('INSERT INTO mutes VALUES (?, ?) ON CONFLICT DO NOTHING')
    this.#unmute = database.prepare<[Author]>('DELETE FROM mutes WHERE author = ?')
  }

  mark(hashes: readonly Hash[], mark: Mark, at: number): void {
    const statement = mark === 'read' ? this.#read : this.#acknowledge
    this.#write(() => statement.run(at, JSON.stringify(hashes)))
  }

  unmark(hashes: readonly Hash[]): void {
    this.#write(() => this.#unmark.run(JSON.stringify(hashes)))
  }

  mutes(): Author[] {
    return this.#mutes.all()
  }

  mute(author: Author, at: number): void {
    this.#write(() => this.#mute.run(author, at))
  }

  unmute(author: Author): void {
    this.#write(() => this.#unmute.run(author))
  }

  #write(work: () => void): void {
    try {
      work()
    } catch (error) {
      throw storeErrorFrom(error, this.#path)
    }
  }
}

/** Messages by their hashes, a JSON array. */
const HELD = 'FROM json_each(?) AS asked CROSS JOIN entries ON entries.hash = unhex(asked.value) AND entries.kind = 0'

/** Sets these columns to one time, where they are not set yet. */
function marking(columns: readonly ('read_at' | 'acknowledged_at')[]): string {
  const times = columns.map((column) => `${column} = coalesce(inbox_marks.${column}, excluded.${column})`)
  return `
    WITH marked (at) AS (SELECT ?)
    INSERT INTO inbox_marks (offset, ${columns.join(', ')})
    SELECT entries.offset, ${columns.map(() => 'at').join(', ')} ${HELD} CROSS JOIN marked WHERE true
    ON CONFLICT (offset) DO UPDATE SET ${times.join(', ')}`
}
