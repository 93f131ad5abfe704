// What a projection remembers of marks: ranges of a feed that have no effect, forked or forgotten. With them a message that is told
// after its mark leaves the same rows as one told before.

import { SEQUENCE_MAX } from '../feed/index.ts'
import type { ForgottenEntry, ForkedEntry } from '../log/index.ts'
import type { ProjectionDatabase } from './projection.ts'

/** Sequences of one feed, both ends included. */
export interface Range {
  from: number
  to: number
}

/** The messages that lose their effect by a mark. */
export function withdrawnBy(mark: ForkedEntry | ForgottenEntry): Range {
  return mark.kind === 'forked' ? { from: mark.sequence, to: SEQUENCE_MAX } : { from: mark.from, to: mark.to }
}

/** One table of ranges, merged so that the same marks in any order leave the same rows. */
export class Withdrawals {
  readonly #database: ProjectionDatabase
  readonly #table: string
  #statements: ReturnType<typeof prepareStatements> | undefined
  /** Feeds that may have ranges: most have none and cost no query. One too many, after a rollback, does no harm. */
  #feeds: Set<number> | undefined

  /** @param table - name of the table, the projection's own */
  constructor(database: ProjectionDatabase, table: string) {
    this.#database = database
    this.#table = table
  }

  reset(): void {
    this.#database.exec(`
      DROP TABLE IF EXISTS ${this.#table};
      CREATE TABLE ${this.#table} (feed INTEGER, first INTEGER, last INTEGER, PRIMARY KEY (feed, first)) WITHOUT ROWID;
    `)
  }

  add(feed: number, { from, to }: Range): void {
    const touching = this.#sql.touching.all(feed, to + 1, from - 1) as { first: number; last: number }[]
    for (const { first } of touching) this.#sql.remove.run(feed, first)
    const first = Math.min(from, ...touching.map((range) => range.first))
    const last = Math.max(to, ...touching.map((range) => range.last))
    this.#sql.insert.run(feed, first, last)
    this.#known.add(feed)
  }

  covers(feed: number, sequence: number): boolean {
    if (!this.#known.has(feed)) return false
    const last = this.#sql.lastFrom.get(feed, sequence) as number | undefined
    return last !== undefined && sequence <= last
  }

  get #known(): Set<number> {
    this.#feeds ??= new Set(this.#sql.feeds.all() as number[])
    return this.#feeds
  }

  // Prepared at first use: before that the table may not be there.
  get #sql() {
    this.#statements ??= prepareStatements(this.#database, this.#table)
    return this.#statements
  }
}

function prepareStatements(database: ProjectionDatabase, table: string) {
  return {
    feeds: database.prepare(`SELECT DISTINCT feed FROM ${table}`).pluck(),
    touching: database.prepare(`SELECT first, last FROM ${table} WHERE feed = ? AND first <= ? AND last >= ?`),
    remove: database.prepare(`DELETE FROM ${table} WHERE feed = ? AND first = ?`),
    insert: database.prepare(`INSERT INTO ${table} VALUES (?, ?, ?)`),
    lastFrom: database
      .prepare(`SELECT last FROM ${table} WHERE feed = ? AND first <= ? ORDER BY first DESC LIMIT 1`)
      .pluck(),
  }
}
