// Whom a message answers: the author of what it names, known as soon as that is held too. Folded with the things, because any message may be
// answered, and their table has them all.

import { blocksOf } from '../bit-blocks.ts'
import { kindOf, mailCategoryOf, threadIn } from '../recipients.ts'
import { listedTime } from '../times.ts'
import { bytesOf } from './rows.ts'
import type { MessageEntry } from '../../log/index.ts'
import type { ProjectionDatabase } from '../projection.ts'

/** asker: the feed of the message `thread`; null while that is not held. */
export const REPLY_TABLES = `
  DROP TABLE IF EXISTS things_replies;
  CREATE TABLE things_replies (
    offset INTEGER PRIMARY KEY, feed INTEGER NOT NULL, time INTEGER NOT NULL, thread BLOB NOT NULL, asker INTEGER,
    category TEXT
  );
  CREATE INDEX things_replies_by_asker ON things_replies (asker, time, offset, feed) WHERE asker IS NOT NULL;
  CREATE INDEX things_replies_categories ON things_replies (asker, category, time, offset, feed)
    WHERE asker IS NOT NULL AND category IS NOT NULL;
  CREATE INDEX things_replies_by_thread ON things_replies (thread);
  CREATE INDEX things_replies_waiting ON things_replies (thread) WHERE asker IS NULL;
  ${blocksOf('things_replies', 'asker')}
`

/** Keeps the table of replies. Messages that answer nothing cost nothing, unless an answer waits for what it names. */
export class Replies {
  readonly #database: ProjectionDatabase
  #statements: ReturnType<typeof prepareStatements> | undefined

  constructor(database: ProjectionDatabase) {
    this.#database = database
  }

  add(message: MessageEntry): void {
    const { offset, feed, envelope } = message
    const thread = kindOf(envelope.content) === undefined ? undefined : threadIn(envelope)
    if (thread === undefined) return
    const target = bytesOf(thread)
    this.#sql.add.run(offset, feed, listedTime(message), target, target, mailCategoryOf(envelope.content))
  }

  /** Replies that wait for one of these messages, which are in the table of things now, have found who asked. */
  came(offsets: readonly number[]): void {
    if (this.#sql.isWaiting.get() !== 1) return
    const found = this.#sql.found.all(JSON.stringify(offsets)) as { offset: number; asker: number }[] // As: the columns of the statement.
    for (const { offset, asker } of found) this.#sql.setAsker.run(asker, offset)
  }

  /** A message is gone: it answers nothing, and nobody knows who asked what others answer. */
  went(offset: number, hash: Uint8Array): void {
    this.#sql.remove.run(offset)
    this.#sql.went.run(hash)
  }

  // Prepared at first use: before that the table may not be there.
  get #sql() {
    this.#statements ??= prepareStatements(this.#database)
    return this.#statements
  }
}

function prepareStatements(database: ProjectionDatabase) {
  return {
    add: database.prepare(
      'INSERT INTO things_replies VALUES (?, ?, ?, ?, (SELECT feed FROM things WHERE hash = ? LIMIT 1), ?) ON CONFLICT DO NOTHING',
    ),
    isWaiting: database.prepare('SELECT EXISTS (SELECT 1 FROM things_replies WHERE asker IS NULL)').pluck(),
    found: database.prepare(
      `SELECT waiting.offset, things.feed AS asker FROM json_each(?) AS came CROSS JOIN things ON things.offset = came.value
        CROSS JOIN things_replies AS waiting INDEXED BY things_replies_waiting ON waiting.thread = things.hash AND waiting.asker IS NULL`,
    ),
    setAsker: database.prepare('UPDATE things_replies SET asker = ? WHERE offset = ?'),
    remove: database.prepare('DELETE FROM things_replies WHERE offset = ?'),
    went: database.prepare('UPDATE things_replies SET asker = NULL WHERE thread = ?'),
  }
}
