// What projections have in common that keep rows for each message: marks take rows away again, in whatever order both come.

import { WITHDRAWN_PER_STEP } from './constants.ts'
import { Withdrawals, withdrawnBy } from './withdrawals.ts'
import type { MessageEntry } from '../log/index.ts'
import type { Progress, ProjectedEntry, Projection, ProjectionDatabase } from './projection.ts'
import type { Range } from './withdrawals.ts'

/** A projection that adds rows for a message in effect and removes those of a range that loses it. */
export abstract class MessageProjection<Statements> implements Projection {
  abstract readonly name: string
  abstract readonly version: number
  readonly #database: ProjectionDatabase
  readonly #tables: string
  readonly #withdrawals: Withdrawals
  #statements: Statements | undefined

  /**
   * @param tables - SQL that drops the tables and makes them anew
   * @param withdrawn - name of the table in which marks are remembered
   */
  constructor(database: ProjectionDatabase, tables: string, withdrawn: string) {
    this.#database = database
    this.#tables = tables
    this.#withdrawals = new Withdrawals(database, withdrawn)
  }

  reset(): void {
    this.#database.exec(this.#tables)
    this.#withdrawals.reset()
  }

  apply(entry: ProjectedEntry): Progress {
    if (entry.kind !== 'message') return this.#withdraw(entry.feed, withdrawnBy(entry))
    if (!this.#withdrawals.covers(entry.feed, entry.sequence)) this.add(entry)
    return 'done'
  }

  protected abstract prepare(database: ProjectionDatabase): Statements

  /** Adds the rows of a message; one that is there already changes nothing. */
  protected abstract add(message: MessageEntry): void

  /** Removes the rows of at most `limit` messages of a range, and answers of how many. */
  protected abstract remove(feed: number, range: Range, limit: number): number

  // Prepared at first use: before that the tables may not be there.
  protected get sql(): Statements {
    this.#statements ??= this.prepare(this.#database)
    return this.#statements
  }

  #withdraw(feed: number, range: Range): Progress {
    this.#withdrawals.add(feed, range)
    return this.remove(feed, range, WITHDRAWN_PER_STEP) < WITHDRAWN_PER_STEP ? 'done' : 'more'
  }
}
