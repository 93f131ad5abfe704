// Judges a message by itself, where that changes at most one other. Ten thousand edits of one thing, one by one, so cost as much as edits of
// ten thousand things.

import { bytesOf, bytesOrNull, rowOf } from './rows.ts'
import { STATE_NUMBERS, UNJUDGED } from './states.ts'
import { latestFirst, standpointOf } from './verdicts.ts'
import type { ProjectionDatabase } from '../projection.ts'
import type { Claiming, Columns } from './rows.ts'
import type { Standpoint, State } from './verdicts.ts'

/** The strongest retract in force. */
type Removal = 'retract' | 'erase'

/** Adds messages with claims to those that are judged. */
export class Appending {
  readonly #database: ProjectionDatabase
  #statements: ReturnType<typeof prepareStatements> | undefined

  constructor(database: ProjectionDatabase) {
    this.#database = database
  }

  /**
   * Judges a message of which the row is there: one without effect, an edit, or a retract of what is taken back already. False, and nothing
   * is written, when it takes all that hang together, as it does when something hangs on the message itself.
   */
  appended(message: Claiming): boolean {
    const { feed, hash, claim } = message
    if (this.#sql.hanging.get(bytesOf(hash), feed) !== undefined) return false
    const held = claim.target === undefined ? undefined : this.#named(claim.target)
    const target = held?.feed === feed ? held : undefined
    if (target?.state === UNJUDGED) return false
    const standpoint = standpointOf(
      message,
      target && pointOf(target),
      () => held !== undefined && target === undefined,
    )
    if (standpoint.misfit !== undefined) this.#write(message, standpoint, 'without effect')
    else if (claim.does === 'edit') this.#addVersion(message, standpoint)
    else if (this.#isTakenBack(message)) this.#write(message, standpoint, 'in force')
    else return false
    return true
  }

  /** effects.md §1.4 and §2.4 of a version that is not taken back itself. */
  #addVersion(message: Claiming, standpoint: Standpoint): void {
    const first = bytesOf(standpoint.first)
    const removal = this.#removalOf(first, message.feed)
    if (removal === undefined) this.#addVersionAmong(message, standpoint, first)
    else this.#write(message, standpoint, removal === 'erase' ? 'erased' : 'retracted')
  }

  /** Beside those of its thing, of which one at most is in force. */
  #addVersionAmong(message: Claiming, standpoint: Standpoint, first: Uint8Array): void {
    const { feed } = message
    // As: the columns of the statement.
    const columns = this.#sql.inForce.get(first, feed, first, feed) as Columns | undefined
    const other = columns && rowOf(columns)
    const isLatest = other === undefined || latestFirst(message, other) < 0
    this.#write(message, standpoint, isLatest ? 'in force' : 'superseded')
    if (other !== undefined && isLatest) this.#sql.state.run(STATE_NUMBERS.superseded, other.offset)
  }

  /** Whether a retract does what another one in force does already. */
  #isTakenBack({ feed, claim: { does, target } }: Claiming): boolean {
    const removal = target === undefined ? undefined : this.#removalOf(bytesOf(target), feed)
    return removal === 'erase' || (removal === 'retract' && does === 'retract')
  }

  #removalOf(target: Uint8Array, feed: number): Removal | undefined {
    return this.#sql.removal.get(target, feed) as Removal | undefined // As: the condition of the statement.
  }

  #named(hash: string): Columns | undefined {
    return this.#sql.named.get(bytesOf(hash)) as Columns | undefined // As: the columns of the statement.
  }

  #write({ offset, hash }: Claiming, { misfit, root, first }: Standpoint, state: State): void {
    const written = [root, first].map((name) => bytesOrNull(name === hash ? undefined : name))
    this.#sql.write.run(STATE_NUMBERS[state], misfit ?? null, ...written, offset)
  }

  // Prepared at first use: before that the table may not be there.
  get #sql() {
    this.#statements ??= prepareStatements(this.#database)
    return this.#statements
  }
}

/** What a message that names this one has to know of it. */
function pointOf(columns: Columns) {
  const { hash, type, claim, written } = rowOf(columns)
  return { type, claim, root: written.root ?? hash, first: written.first ?? hash }
}

function prepareStatements(database: ProjectionDatabase) {
  const inForce = `state = ${STATE_NUMBERS['in force']}`
  return {
    hanging: database.prepare('SELECT 1 FROM things WHERE target = ? AND feed = ? LIMIT 1'),
    named: database.prepare('SELECT * FROM things WHERE hash = ?'),
    removal: database
      .prepare(
        `SELECT does FROM things WHERE target = ? AND feed = ? AND does IN ('erase', 'retract') AND ${inForce} ORDER BY does LIMIT 1`,
      )
      .pluck(),
    inForce: database.prepare(
      `SELECT * FROM things WHERE first = ? AND feed = ? AND ${inForce}
        UNION ALL SELECT * FROM things WHERE hash = ? AND feed = ? AND ${inForce}`,
    ),
    state: database.prepare('UPDATE things SET state = ? WHERE offset = ?'),
    write: database.prepare('UPDATE things SET state = ?, misfit = ?, root = ?, first = ? WHERE offset = ?'),
  }
}
