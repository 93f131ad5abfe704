// Full-text search: an FTS5 index that keeps no text of its own, beside a table of what a hit is filtered by.

import { WITHDRAWN_PER_STEP } from './constants.ts'
import { marksOf, searchTextOf } from './search-text.ts'
import { expiryTime, listedTime } from './times.ts'
import { Withdrawals, withdrawnBy } from './withdrawals.ts'
import type { MessageEntry } from '../log/index.ts'
import type { Progress, ProjectedEntry, Projection, ProjectionDatabase } from './projection.ts'
import type { Range } from './withdrawals.ts'

/** English endings do not matter, nor do case and accents. */
export const TOKENIZER = 'porter unicode61 remove_diacritics 2'

/**
 * automerge: parts of the index that are merged at once. More than FTS5's own 4 means less rewriting while messages stream in, fewer
 * than its 16 keeps questions fast. pgsz: with smaller pages one step of merging holds the main thread half as long.
 */
const TABLES = `
  DROP TABLE IF EXISTS search_messages;
  DROP TABLE IF EXISTS search_index;

  CREATE VIRTUAL TABLE search_index USING fts5 (
    title, observation, rest, marks, content = '', contentless_delete = 1, tokenize = '${TOKENIZER}'
  );
  INSERT INTO search_index (search_index, rank) VALUES ('automerge', 8), ('pgsz', 2000);

  CREATE TABLE search_messages (
    offset INTEGER PRIMARY KEY, feed INTEGER NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL, expires_at INTEGER
  );
  CREATE INDEX search_messages_by_sequence ON search_messages (feed, sequence);

  CREATE TRIGGER search_removed AFTER DELETE ON search_messages BEGIN
    DELETE FROM search_index WHERE rowid = OLD.offset;
  END;
`

/** Folds messages into the index. `Finder` reads it. */
export class Search implements Projection {
  readonly name = 'search'
  readonly version = 1
  readonly #database: ProjectionDatabase
  readonly #withdrawals: Withdrawals
  #statements: ReturnType<typeof prepareStatements> | undefined

  constructor(database: ProjectionDatabase) {
    this.#database = database
    this.#withdrawals = new Withdrawals(database, 'search_withdrawn')
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
    const { offset, feed, sequence, envelope } = entry
    const isNew = this.#sql.add.run(offset, feed, sequence, listedTime(entry), expiryTime(entry)).changes > 0
    if (!isNew) return
    const { title, observation, rest } = searchTextOf(envelope)
    this.#sql.index.run(offset, title, observation, rest, marksOf(entry))
  }

  #withdraw(feed: number, range: Range): Progress {
    this.#withdrawals.add(feed, range)
    const { changes } = this.#sql.remove.run(feed, range.from, range.to, WITHDRAWN_PER_STEP)
    return changes < WITHDRAWN_PER_STEP ? 'done' : 'more'
  }

  // Prepared at first use: before that the tables may not be there.
  get #sql() {
    this.#statements ??= prepareStatements(this.#database)
    return this.#statements
  }
}

function prepareStatements(database: ProjectionDatabase) {
  return {
    add: database.prepare('INSERT INTO search_messages VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    index: database.prepare('INSERT INTO search_index (rowid, title, observation, rest, marks) VALUES (?, ?, ?, ?, ?)'),
    remove: database.prepare(
      `DELETE FROM search_messages WHERE offset IN (
        SELECT offset FROM search_messages WHERE feed = ? AND sequence BETWEEN ? AND ? LIMIT ?)`,
    ),
  }
}
