// The projection behind every list: messages by time and by label, by author and sequence, and how many each author has.

import { labelsOf } from './labels.ts'
import { MessageProjection } from './message-projection.ts'
import { expiryTime, listedTime } from './times.ts'
import type { MessageEntry } from '../log/index.ts'
import type { ProjectionDatabase } from './projection.ts'
import type { Range } from './withdrawals.ts'

/** The list that every message stands in. */
export const EVERYTHING = '*'

/** A message is written as one row; what follows from it is the work of triggers, which costs a third of as many statements from here. */
const TABLES = `
  DROP TABLE IF EXISTS timeline_places;
  DROP TABLE IF EXISTS timeline_lists;
  DROP TABLE IF EXISTS timeline_feeds;

  -- Each message in effect, at its place in its feed. lists: the names of those it stands in, a JSON array.
  CREATE TABLE timeline_places (
    feed INTEGER, sequence INTEGER, offset INTEGER, time INTEGER NOT NULL, expires_at INTEGER, lists TEXT NOT NULL,
    PRIMARY KEY (feed, sequence, offset)
  ) WITHOUT ROWID;
  CREATE INDEX timeline_expiring ON timeline_places (expires_at) WHERE expires_at IS NOT NULL;

  -- Each list in the order of time.
  CREATE TABLE timeline_lists (
    list TEXT, time INTEGER, offset INTEGER, feed INTEGER NOT NULL, expires_at INTEGER,
    PRIMARY KEY (list, time, offset)
  ) WITHOUT ROWID;

  -- How many messages of each feed are in effect.
  CREATE TABLE timeline_feeds (feed INTEGER PRIMARY KEY, messages INTEGER NOT NULL);

  CREATE TRIGGER timeline_added AFTER INSERT ON timeline_places BEGIN
    INSERT INTO timeline_lists SELECT value, NEW.time, NEW.offset, NEW.feed, NEW.expires_at FROM json_each(NEW.lists);
    INSERT INTO timeline_feeds VALUES (NEW.feed, 1) ON CONFLICT (feed) DO UPDATE SET messages = messages + 1;
  END;
  CREATE TRIGGER timeline_removed AFTER DELETE ON timeline_places BEGIN
    DELETE FROM timeline_lists
      WHERE list IN (SELECT value FROM json_each(OLD.lists)) AND time = OLD.time AND offset = OLD.offset;
    UPDATE timeline_feeds SET messages = messages - 1 WHERE feed = OLD.feed;
    DELETE FROM timeline_feeds WHERE feed = OLD.feed AND messages = 0;
  END;
`

/** Folds messages into lists. `Lists` and `Feeds` read them. */
export class Timeline extends MessageProjection<ReturnType<typeof prepareStatements>> {
  readonly name = 'timeline'
  readonly version = 3

  constructor(database: ProjectionDatabase) {
    super(database, TABLES, 'timeline_withdrawn')
  }

  protected prepare(database: ProjectionDatabase) {
    return prepareStatements(database)
  }

  protected add(entry: MessageEntry): void {
    const { feed, sequence, offset, envelope } = entry
    const lists = JSON.stringify([EVERYTHING, ...labelsOf(envelope)])
    this.sql.add.run(feed, sequence, offset, listedTime(entry), expiryTime(entry), lists)
  }

  protected remove(feed: number, { from, to }: Range, limit: number): number {
    return this.sql.remove.run(feed, from, to, limit).changes
  }
}

function prepareStatements(database: ProjectionDatabase) {
  return {
    // Not OR IGNORE, which would hold for the triggers too and keep them from counting.
    add: database.prepare('INSERT INTO timeline_places VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    remove: database.prepare(
      `DELETE FROM timeline_places WHERE (feed, sequence, offset) IN (
        SELECT feed, sequence, offset FROM timeline_places WHERE feed = ? AND sequence BETWEEN ? AND ? LIMIT ?)`,
    ),
  }
}
