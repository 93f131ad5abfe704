// Groups that are too large to be judged while others wait: noted in a table, and judged in steps of some milliseconds, between the transactions in
// which the log is folded.

import type { Progress, ProjectionDatabase } from '../projection.ts'
import type { Group } from './dependants.ts'

/** pass: how many groups had been begun with when it was put off the last time, so that what comes while it is judged is not lost. */
export const PUT_OFF_TABLES = `
  DROP TABLE IF EXISTS things_put_off;
  CREATE TABLE things_put_off (feed INTEGER, root BLOB, pass INTEGER NOT NULL, PRIMARY KEY (feed, root)) WITHOUT ROWID;
`

/** What is known when a whole group has been judged. */
export interface Judged {
  /** Whether it was as it should be, and nothing was written. */
  isSettled: boolean
  /** It may have been put off under each of these. */
  groups: readonly Group[]
}

/** Judges a group in as many steps as it is asked for. */
export type Judging = (group: Group) => Generator<undefined, Judged>

/** What was put off, and the group in hand. */
export class PutOff {
  readonly #database: ProjectionDatabase
  readonly #judging: Judging
  readonly #rowsPerStep: number
  #steps: Generator<undefined, void> | undefined
  #passes: number | undefined
  #statements: ReturnType<typeof prepareStatements> | undefined

  constructor(database: ProjectionDatabase, judging: Judging, rowsPerStep: number) {
    this.#database = database
    this.#judging = judging
    this.#rowsPerStep = rowsPerStep
  }

  /** Authors of whom something is put off: all else that they claim waits behind it, for it may belong to it. */
  feeds(): Set<number> {
    return new Set(this.#sql.feeds.all() as number[])
  }

  add({ feed, root }: Group): void {
    this.#sql.add.run(feed, root, this.#pass)
  }

  /** One step. */
  work(): Progress {
    this.#steps ??= this.#next()
    if (this.#steps === undefined) return 'done'
    try {
      for (let row = 0; row < this.#rowsPerStep && this.#steps !== undefined; row++) {
        if (this.#steps.next().done) this.#steps = undefined
      }
    } catch (error) {
      this.#steps = undefined
      throw error
    }
    return 'more'
  }

  #next(): Generator<undefined, void> | undefined {
    const group = this.#sql.first.get() as Group | undefined // As: the columns of the statement.
    return group && this.#judge(group)
  }

  /**
   * A group is done with when judging it once more finds nothing to write: whatever a rollback took away between its steps is written by then,
   * and what was put off meanwhile stays so.
   */
  *#judge(group: Group): Generator<undefined, void> {
    this.#passes = this.#pass + 1
    const before = this.#pass
    const { isSettled, groups } = yield* this.#judging(group)
    if (!isSettled) return
    for (const { feed, root } of groups) {
      this.#sql.done.run(feed, root, before)
      yield
    }
  }

  get #pass(): number {
    this.#passes ??= this.#sql.passes.get() as number // As: an aggregate's.
    return this.#passes
  }

  // Prepared at first use: before that the table may not be there.
  get #sql() {
    this.#statements ??= prepareStatements(this.#database)
    return this.#statements
  }
}

function prepareStatements(database: ProjectionDatabase) {
  return {
    // From one to the next, however much is put off of each.
    feeds: database
      .prepare(
        `WITH RECURSIVE late (feed) AS (
          SELECT min(feed) FROM things_put_off
          UNION ALL
          SELECT (SELECT min(feed) FROM things_put_off WHERE feed > late.feed) FROM late WHERE late.feed IS NOT NULL
        ) SELECT feed FROM late WHERE feed IS NOT NULL`,
      )
      .pluck(),
    add: database.prepare('INSERT INTO things_put_off VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET pass = excluded.pass'),
    first: database.prepare('SELECT feed, root FROM things_put_off LIMIT 1'),
    passes: database.prepare('SELECT coalesce(max(pass), 0) FROM things_put_off').pluck(),
    done: database.prepare('DELETE FROM things_put_off WHERE feed = ? AND root = ? AND pass < ?'),
  }
}
