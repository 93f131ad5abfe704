// The projection behind every list: messages by time and by label, by author and sequence, and how many each author has.

import { WITHDRAWN_PER_STEP } from './constants.ts'
import { labelsOf } from './labels.ts'
import { expiryTime, listedTime } from './times.ts'
import { Withdrawals, withdrawnBy } from './withdrawals.ts'
import type { MessageEntry } from '../log/index.ts'
import type { Progress, ProjectedEntry, Projection, ProjectionDatabase } from './projection.ts'
import type { Range } from './withdrawals.ts'

/** The list that every message stands in. */
export const EVERYTHING = '*'

const TABLES = `
  DROP TABLE IF EXISTS timeline_feeds;
  DROP TABLE IF EXISTS timeline_places;
  DROP TABLE IF EXISTS timeline_lists;

  -- How many messages of each author are in effect.
  CREATE TABLE timeline_feeds (feed INTEGER PRIMARY KEY, author TEXT NOT NULL UNIQUE, messages INTEGER NOT NULL);

  -- Each message in its feed. labels: a JSON array, by which its rows in timeline_lists are found again.
  CREATE TABLE timeline_places (
    feed INTEGER, sequence INTEGER, offset INTEGER, time INTEGER NOT NULL, expires_at INTEGER, labels TEXT NOT NULL,
    PRIMARY KEY (feed, sequence, offset)
  ) WITHOUT ROWID;
  CREATE INDEX timeline_expiring ON timeline_places (expires_at) WHERE expires_at IS NOT NULL;

  -- Each message once in the list of everything and once in each list that a label of it names.
  CREATE TABLE timeline_lists (
    list TEXT, time INTEGER, offset INTEGER, feed INTEGER NOT NULL, expires_at INTEGER,
    PRIMARY KEY (list, time, offset)
  ) WITHOUT ROWID;
`

/** Folds messages into lists. {@link Lists} and {@link Feeds} read them. */
export class Timeline implements Projection {
  readonly name = 'timeline'
  readonly version = 1
  readonly #database: ProjectionDatabase
  readonly #withdrawals: Withdrawals
  #statements: ReturnType<typeof prepareStatements> | undefined

  constructor(database: ProjectionDatabase) {
    this.#database = database
    this.#withdrawals = new Withdrawals(database, 'timeline_withdrawn')
  }

  reset(): void {
    this.#database.exec(TABLES)
    this.#withdrawals.reset()
  }

  apply(entry: ProjectedEntry): Progress {
    if (entry.kind !== 'message') return this.#withdraw(entry.feed, withdrawnBy(entry))
    if (!this.#withdrawals.covers(entry.feed, entry.sequence)) this.#add(entry)
    return 'done'
  }

  #add(entry: MessageEntry): void {
    const { feed, sequence, offset, author } = entry
    const time = listedTime(entry)
    const expiresAt = expiryTime(entry)
    const labels = labelsOf(entry.envelope)
    const isNew = this.#sql.place.run(feed, sequence, offset, time, expiresAt, JSON.stringify(labels)).changes > 0
    if (!isNew) return
    this.#sql.list.run(EVERYTHING, time, offset, feed, expiresAt)
    for (const list of labels) this.#sql.list.run(list, time, offset, feed, expiresAt)
    this.#sql.count.run(feed, author)
  }

  #withdraw(feed: number, range: Range): Progress {
    this.#withdrawals.add(feed, range)
    const places = this.#sql.placesIn.all(feed, range.from, range.to, WITHDRAWN_PER_STEP) as PlaceColumns[]
    for (const place of places) this.#remove(feed, place)
    this.#sql.uncount.run(places.length, feed)
    this.#sql.removeEmpty.run(feed)
    return places.length < WITHDRAWN_PER_STEP ? 'done' : 'more'
  }

  #remove(feed: number, { sequence, offset, time, labels }: PlaceColumns): void {
    for (const list of [EVERYTHING, ...(JSON.parse(labels) as string[])]) this.#sql.unlist.run(list, time, offset)
    this.#sql.unplace.run(feed, sequence, offset)
  }

  // Prepared at first use: before that the tables may not be there.
  get #sql() {
    this.#statements ??= prepareStatements(this.#database)
    return this.#statements
  }
}

interface PlaceColumns {
  sequence: number
  offset: number
  time: number
  labels: string
}

function prepareStatements(database: ProjectionDatabase) {
  const sql = (text: string) => database.prepare(text)
  return {
    place: sql('INSERT OR IGNORE INTO timeline_places VALUES (?, ?, ?, ?, ?, ?)'),
    list: sql('INSERT INTO timeline_lists VALUES (?, ?, ?, ?, ?)'),
    count: sql('INSERT INTO timeline_feeds VALUES (?, ?, 1) ON CONFLICT (feed) DO UPDATE SET messages = messages + 1'),
    placesIn: sql(
      'SELECT sequence, offset, time, labels FROM timeline_places WHERE feed = ? AND sequence BETWEEN ? AND ? LIMIT ?',
    ),
    unlist: sql('DELETE FROM timeline_lists WHERE list = ? AND time = ? AND offset = ?'),
    unplace: sql('DELETE FROM timeline_places WHERE feed = ? AND sequence = ? AND offset = ?'),
    uncount: sql('UPDATE timeline_feeds SET messages = messages - ? WHERE feed = ?'),
    removeEmpty: sql('DELETE FROM timeline_feeds WHERE feed = ? AND messages = 0'),
  }
}
