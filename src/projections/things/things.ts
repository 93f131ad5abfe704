// The projection of what messages do to messages: which are in force, and which are superseded, retracted, erased or without effect.

import { claimOf } from '../../content/index.ts'
import { label } from '../labels.ts'
import { MessageProjection } from '../message-projection.ts'
import { Dependants } from './dependants.ts'
import { PUT_OFF_TABLES } from './put-off.ts'
import { REPLY_TABLES, Replies } from './replies.ts'
import { STATE_NUMBERS, UNJUDGED } from './states.ts'
import type { MessageEntry } from '../../log/index.ts'
import type { Progress, ProjectionDatabase } from '../projection.ts'
import type { Range } from '../withdrawals.ts'
import type { DependantsInit } from './dependants.ts'

/**
 * One row for each message in effect. `target` and `does`: its claim. `root`: where following the targets ends, when that is not the message
 * itself; what hangs on one root within one feed is judged together. `first`: of an edit with effect, the first message of its thing.
 */
const TABLES = `
  DROP TABLE IF EXISTS things;
  CREATE TABLE things (
    offset INTEGER PRIMARY KEY, hash BLOB NOT NULL, feed INTEGER NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL,
    does TEXT, target BLOB, root BLOB, first BLOB, state INTEGER NOT NULL, misfit TEXT
  );
  CREATE INDEX things_by_hash ON things (hash, feed);
  CREATE INDEX things_by_sequence ON things (feed, sequence);
  CREATE INDEX things_by_root ON things (root, feed) WHERE root IS NOT NULL;
  CREATE INDEX things_by_target ON things (target, feed, does, state) WHERE target IS NOT NULL;
  CREATE INDEX things_by_first ON things (first, feed, state) WHERE first IS NOT NULL;
  CREATE INDEX things_erased ON things (feed, sequence) WHERE state = ${STATE_NUMBERS.erased};
  CREATE INDEX things_responses_out ON things (offset) WHERE type = '${label('type', 'response')}' AND state != ${STATE_NUMBERS['in force']};
  ${REPLY_TABLES}
  ${PUT_OFF_TABLES}
`

/** Folds messages and their claims. `Effects` reads the table, and every question that leaves out what is not in force. */
export class Things extends MessageProjection<ReturnType<typeof prepareStatements>> {
  readonly name = 'things'
  readonly version = 6
  readonly #dependants: Dependants
  readonly #replies: Replies
  /** What was added since the last time that all was settled. */
  readonly #came: number[] = []

  constructor(database: ProjectionDatabase, init: DependantsInit = {}) {
    super(database, TABLES, 'things_withdrawn')
    this.#dependants = new Dependants(database, init)
    this.#replies = new Replies(database)
  }

  /** What hangs together with what was applied since the last time is judged again, unless it is too much; what waited for it finds it. */
  settle(): void {
    this.#replies.came(this.#came)
    this.#dependants.settle(this.#came)
    this.#came.length = 0
  }

  /** Judges some of what was too much at once. */
  work(): Progress {
    return this.#dependants.work()
  }

  protected prepare(database: ProjectionDatabase) {
    return prepareStatements(database)
  }

  protected add(message: MessageEntry): void {
    const { offset, hash, feed, sequence, envelope } = message
    const claim = claimOf(envelope.content)
    const type = typeOf(envelope.content)
    const target = claim?.target === undefined ? null : bytesOf(claim.target)
    const state = claim === undefined ? STATE_NUMBERS['in force'] : UNJUDGED
    const row = [offset, bytesOf(hash), feed, sequence, type, claim?.does ?? null, target, target, state]
    if (this.sql.add.run(...row).changes === 0) return
    this.#came.push(offset)
    this.#replies.add(message)
    if (claim !== undefined) this.#dependants.claimed({ offset, hash, feed, sequence, type, claim })
  }

  protected remove(feed: number, { from, to }: Range, limit: number): number {
    const rows = this.sql.removed.all(feed, from, to, limit) as RemovedColumns[]
    for (const { offset, hash, root } of rows) {
      this.sql.remove.run(offset)
      if (root !== null) this.#dependants.touch(feed, root)
      this.#dependants.went(hash)
      this.#replies.went(offset, hash)
    }
    return rows.length
  }
}

interface RemovedColumns {
  offset: number
  hash: Uint8Array
  root: Uint8Array | null
}

function prepareStatements(database: ProjectionDatabase) {
  return {
    // Where targets lead to is found out when all of a slice are there.
    add: database.prepare('INSERT INTO things VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, NULL) ON CONFLICT DO NOTHING'),
    removed: database.prepare(
      'SELECT offset, hash, root FROM things WHERE feed = ? AND sequence BETWEEN ? AND ? LIMIT ?',
    ),
    remove: database.prepare('DELETE FROM things WHERE offset = ?'),
  }
}

function bytesOf(hash: string): Uint8Array {
  return Buffer.from(hash, 'hex')
}

/** An edit has the type of what it edits; a name as long as a content helps nobody to find that out. */
function typeOf(content: unknown): string {
  const type = (content as { type?: unknown } | null)?.type
  return typeof type === 'string' ? label('type', type) : ''
}
