// The SQL of the log's tables, each statement under the name of what it does.
//
// `?+0` instead of `?`: where a plain parameter meets a column beside ORDER BY or LIMIT, SQLite looks at its value to choose a plan, and so plans
// anew at every execution, which costs ten times what the statement does. An expression leaves the plan as it was made.

import { FORGOTTEN, MESSAGE, REASONS } from './log-rows.ts'
import type { Connection } from '../database.ts'

const MISSING = REASONS.indexOf('missing')
const FILTERED = REASONS.indexOf('filtered')
const FORGOTTEN_HOLE = REASONS.indexOf('forgotten')
const DAMAGED = REASONS.indexOf('damaged')

/** As the index of these holes has it. */
const IS_ASKED_FOR = `reason IN (${MISSING}, ${DAMAGED})`

const ENTRY_COLUMNS = `offset, kind, feed, sequence, until, linked, received_at, hash, signature, guard, text,
  (SELECT forked_at FROM feeds WHERE id = entries.feed) AS forked_at`

const HEAD_COLUMNS = `feeds.id, key, head, head_hash, forked_at, arrival,
  coalesce((SELECT last + 1 FROM holes WHERE holes.feed = feeds.id AND first = 1 AND reason = ${FORGOTTEN_HOLE}), 1) AS floor`

/** A stretch of the log, in arrival order. */
export const ENTRIES_AFTER = `SELECT ${ENTRY_COLUMNS} FROM entries WHERE offset > ?+0 ORDER BY offset LIMIT ?+0`

/** Whose feed it is. */
export const FEED_KEY = 'SELECT key FROM feeds WHERE id = ?'

/** Keys of a JSON array of hex. */
const KEYS = 'SELECT unhex(value) FROM json_each(?)'

/** Two statements, because a question about some feeds must not walk through all of them. */
export type Filtered = Readonly<Record<'all' | 'some', string>>

/** Feeds of a filter. `some` is given the keys that are meant, and then, as `all`, those that are not. */
function filtered(sql: (condition: string) => string): Filtered {
  const all = `key NOT IN (${KEYS})`
  return { all: sql(all), some: sql(`key IN (${KEYS}) AND ${all}`) }
}

/** For the reader: a page of heads after an arrival and behind a key. */
export const HEADS = filtered(
  (feeds) =>
    `SELECT ${HEAD_COLUMNS} FROM feeds WHERE ${feeds} AND arrival > ? AND key > ? AND (head > 0 OR forked_at IS NOT NULL) ORDER BY key LIMIT ?`,
)

/** For the reader: the heads of forked feeds. */
export const FORKS = `SELECT ${HEAD_COLUMNS} FROM feeds WHERE forked_at IS NOT NULL ORDER BY key LIMIT ?`

/** For the reader: all heads as one hash; functions.ts has the aggregate. */
export const ROOT = filtered(
  (feeds) => `SELECT count(*) AS count, feed_root(key, head, head_hash, forked) AS root FROM (
  SELECT key, head, head_hash, forked_at IS NOT NULL AS forked FROM feeds WHERE ${feeds} AND (head > 0 OR forked_at IS NOT NULL) ORDER BY key
)`,
)

/** For the reader: what some authors have in the counts. */
export const COUNTS_OF = `SELECT count(*) AS feeds, count(forked_at) AS forks,
  coalesce(sum((SELECT count(*) FROM entries WHERE feed = feeds.id AND kind = ${MESSAGE})), 0) AS messages FROM feeds WHERE key IN (${KEYS})`

/**
 * For the reader: messages behind an offset, and up to one, that have one of the tags of a JSON array and stand in none of some feeds. The
 * text of most messages shows at once that they have no tags; one that a disk has damaged may be no JSON any more, which SQLite would refuse.
 */
export const TAGGED = `SELECT ${ENTRY_COLUMNS} FROM entries
  WHERE offset > ? AND offset <= ? AND kind = ${MESSAGE} AND instr(text, '"tags":[') > 0
    AND feed NOT IN (SELECT id FROM feeds WHERE key IN (${KEYS}))
    AND CASE WHEN json_valid(text) THEN EXISTS (SELECT 1 FROM json_each(text, '$.tags') WHERE value IN (SELECT value FROM json_each(?))) END
    AND (expires_at IS NULL OR expires_at > ?)
  ORDER BY offset LIMIT ?`

/** For the reader: where the messages at the offsets of a JSON array stand, and how long they are; text is not read for it. */
export const HELD_AT = `SELECT offset, feed, sequence, octet_length(text) AS bytes FROM json_each(?) AS wanted
  JOIN entries ON entries.offset = wanted.value WHERE kind = ${MESSAGE} ORDER BY wanted.key`

/** For the reader: the same with what stands at a path into the text, as JSON text; null where a disk has left no JSON of it. */
export const VALUES_AT = `SELECT offset, feed, sequence, octet_length(text) AS bytes,
    CASE WHEN json_valid(text) THEN text -> ? END AS value FROM json_each(?) AS wanted
  JOIN entries ON entries.offset = wanted.value WHERE kind = ${MESSAGE} ORDER BY wanted.key`

/** For the reader: how many places below the heads are forgotten. */
export const FORGOTTEN_COUNT = `SELECT coalesce(sum(min(last, head) - first + 1), 0) AS count FROM holes
  JOIN feeds ON feeds.id = holes.feed WHERE reason = ${FORGOTTEN_HOLE} AND first <= head`

const WANT = filtered(
  (feeds) =>
    `UPDATE holes SET reason = ${MISSING} WHERE reason = ${FILTERED} AND feed IN (SELECT id FROM feeds WHERE ${feeds})`,
)
const FILTER_OTHERS = filtered(
  (feeds) =>
    `UPDATE holes SET reason = ${FILTERED} WHERE reason = ${MISSING} AND feed NOT IN (SELECT id FROM feeds WHERE ${feeds})`,
)

/** For the reader: the messages at the offsets of a JSON array, in its order. */
export const ENTRIES_AT = `SELECT ${ENTRY_COLUMNS} FROM json_each(?) AS wanted
  JOIN entries ON entries.offset = wanted.value WHERE kind = ${MESSAGE} ORDER BY wanted.key`

/** Prepares what runs on the main thread; each takes microseconds. */
export function prepareStatements(database: Connection) {
  const sql = (text: string) => database.prepare(text)
  return {
    setting: sql('SELECT value FROM settings WHERE name = ?').pluck(),
    setSetting: sql('INSERT OR REPLACE INTO settings VALUES (?, ?)'),
    counts:
      sql(`SELECT (SELECT count(*) FROM entries WHERE kind = ${MESSAGE}) AS messages, (SELECT count(*) FROM feeds) AS feeds,
      (SELECT count(*) FROM feeds WHERE forked_at IS NOT NULL) AS forks`),
    feed: sql('SELECT id, head, head_hash, forked_at, arrival FROM feeds WHERE key = ?'),
    newFeed: sql('INSERT INTO feeds (key) VALUES (?)'),
    saveFeed: sql('UPDATE feeds SET head = ?, head_hash = ?, forked_at = ?, arrival = ? WHERE id = ?'),
    messagesAt: sql(
      `SELECT offset, sequence, hash, linked, signature, guard, text FROM entries
        WHERE feed = ?+0 AND sequence = ?+0 AND kind = ${MESSAGE} ORDER BY offset`,
    ),
    append: sql(
      `INSERT INTO entries (feed, sequence, linked, received_at, expires_at, hash, signature, guard, text)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    appendMark: sql('INSERT INTO entries (kind, feed, sequence, until, received_at) VALUES (?, ?, ?, ?, ?)'),
    removeForgotten: sql(
      `DELETE FROM entries WHERE feed = ?+0 AND sequence BETWEEN ?+0 AND ?+0 AND kind = ${FORGOTTEN}`,
    ),
    removeMessages: sql(
      `DELETE FROM entries WHERE offset IN (
        SELECT offset FROM entries WHERE feed = ?+0 AND sequence BETWEEN ?+0 AND ?+0 AND kind = ${MESSAGE} ORDER BY sequence LIMIT ?+0
      ) RETURNING sequence, octet_length(text) AS bytes`,
    ),
    expired: sql(
      `SELECT feed, sequence FROM entries WHERE expires_at <= ?+0 AND NOT EXISTS (
        SELECT 1 FROM feeds WHERE id = feed AND sequence BETWEEN forked_at AND forked_at + ?
      ) ORDER BY expires_at LIMIT ?+0`,
    ),
    mend: sql('UPDATE entries SET hash = ?, signature = ?, guard = ?, text = ? WHERE offset = ?'),
    markLinked: sql('UPDATE entries SET linked = 1 WHERE offset = ?'),
    holeBefore: sql(
      'SELECT first, last, reason FROM holes WHERE feed = ?+0 AND first <= ?+0 ORDER BY first DESC LIMIT 1',
    ),
    addHole: sql('INSERT INTO holes VALUES (?, ?, ?, ?)'),
    removeHole: sql('DELETE FROM holes WHERE feed = ? AND first = ?'),
    holesBetween: sql(
      `SELECT first, last, reason FROM holes WHERE feed = :feed
        AND first BETWEEN coalesce((SELECT max(first) FROM holes WHERE feed = :feed AND first <= :from), 0) AND :to+0
        AND last >= :from ORDER BY first`,
    ),
    wantAll: sql(WANT.all),
    wantSome: sql(WANT.some),
    filterOthersOfAll: sql(FILTER_OTHERS.all),
    filterOthersOfSome: sql(FILTER_OTHERS.some),
    missing: sql(
      // What is filtered may be much more, and is passed over by that index, which the planner does not choose by itself.
      `SELECT first, min(last, ?+0) AS last, reason FROM holes INDEXED BY holes_asked_for
        WHERE feed = ?+0 AND ${IS_ASKED_FOR} AND first <= ?+0 AND last >= ?+0 ORDER BY first LIMIT ?+0`,
    ),
    hasMissing: sql(
      `SELECT EXISTS (SELECT 1 FROM holes JOIN feeds ON feeds.id = holes.feed WHERE ${IS_ASKED_FOR} AND first <= head)`,
    ).pluck(),
    damagedCount: sql(`SELECT count(*) FROM holes WHERE ${IS_ASKED_FOR} AND reason = ${DAMAGED}`).pluck(),
    last: sql('SELECT offset, hash FROM entries ORDER BY offset DESC LIMIT 1'),
    hashAt: sql('SELECT hash FROM entries WHERE offset = ?'),
    message: sql(`SELECT ${ENTRY_COLUMNS} FROM entries WHERE hash = ? AND kind = ${MESSAGE}`),
    messagesUnder: sql(
      `SELECT ${ENTRY_COLUMNS} FROM entries WHERE hash BETWEEN ? AND ? AND kind = ${MESSAGE} ORDER BY hash LIMIT ?`,
    ),
    range: sql(`SELECT ${ENTRY_COLUMNS} FROM entries
      WHERE feed = ?+0 AND sequence BETWEEN ?+0 AND ?+0 AND kind = ${MESSAGE} AND (expires_at IS NULL OR expires_at > ?+0)
      ORDER BY sequence, offset`),
  }
}

/** What {@link prepareStatements} makes. */
export type Statements = ReturnType<typeof prepareStatements>
