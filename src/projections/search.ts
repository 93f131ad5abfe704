// Full-text search: an FTS5 index that keeps no text of its own, beside a table of what a hit is filtered by.

import { MessageProjection } from './message-projection.ts'
import { marksOf, searchTextOf } from './search-text.ts'
import { expiryTime, listedTime } from './times.ts'
import type { MessageEntry } from '../log/index.ts'
import type { ProjectionDatabase } from './projection.ts'
import type { Range } from './withdrawals.ts'

/** English endings do not matter, nor do case and accents. */
export const TOKENIZER = 'porter unicode61 remove_diacritics 2'

/**
 * automerge: parts of the index that are merged at once. More than FTS5's own 4 means less rewriting while messages stream in, fewer
 * than its 16 keeps questions fast. hashsize: bytes of new words in memory until they become a part of the index within a transaction, so
 * that a long slice makes one part and not eight that have to be merged.
 */
const TABLES = `
  DROP TABLE IF EXISTS search_messages;
  DROP TABLE IF EXISTS search_index;

  CREATE VIRTUAL TABLE search_index USING fts5 (
    title, observation, rest, marks, content = '', contentless_delete = 1, tokenize = '${TOKENIZER}'
  );
  INSERT INTO search_index (search_index, rank) VALUES
    ('automerge', 8), ('hashsize', 8388608);

  CREATE TABLE search_messages (
    offset INTEGER PRIMARY KEY, feed INTEGER NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL, expires_at INTEGER
  );
  CREATE INDEX search_messages_by_sequence ON search_messages (feed, sequence);

  CREATE TRIGGER search_removed AFTER DELETE ON search_messages BEGIN
    DELETE FROM search_index WHERE rowid = OLD.offset;
  END;
`

/** Folds messages into the index. `Finder` reads it. */
export class Search extends MessageProjection<ReturnType<typeof prepareStatements>> {
  readonly name = 'search'
  readonly version = 6

  constructor(database: ProjectionDatabase) {
    super(database, TABLES, 'search_withdrawn')
  }

  protected prepare(database: ProjectionDatabase) {
    return prepareStatements(database)
  }

  protected add(entry: MessageEntry): void {
    const { offset, feed, sequence, envelope } = entry
    const isNew = this.sql.add.run(offset, feed, sequence, listedTime(entry), expiryTime(entry)).changes > 0
    if (!isNew) return
    const { title, observation, rest } = searchTextOf(envelope)
    this.sql.index.run(offset, title, observation, rest, marksOf(entry))
  }

  protected remove(feed: number, { from, to }: Range, limit: number): number {
    return this.sql.remove.run(feed, from, to, limit).changes
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
