// Messages that hang together by their claims: gathered when one of them came or went, judged, and written where something changed.

import { ROWS_AT_ONCE_MAX, ROWS_PER_STEP, ROWS_PER_TRANSACTION_MAX } from '../constants.ts'
import { Appending } from './appending.ts'
import { PutOff } from './put-off.ts'
import { bytesOf, bytesOrNull, hexOf, rowOf } from './rows.ts'
import { STATE_NUMBERS } from './states.ts'
import { verdictsInSteps, verdictsOn } from './verdicts.ts'
import type { Hash } from '../../feed/index.ts'
import type { Progress, ProjectionDatabase } from '../projection.ts'
import type { Judged } from './put-off.ts'
import type { Claiming, Columns, Row } from './rows.ts'
import type { Verdict } from './verdicts.ts'

/** How much is judged before anything is put off. */
export interface DependantsInit {
  /** @default ROWS_AT_ONCE_MAX */
  rowsAtOnceMax?: number
  /** @default ROWS_PER_TRANSACTION_MAX */
  rowsPerTransactionMax?: number
  /** @default ROWS_PER_STEP */
  rowsPerStep?: number
}

/** Rows that are read at once. */
const ROWS_PER_PAGE = 256

/**
 * A group is what hangs on one root within one feed. Claims on another author's message are in a group of their own author: he can make as
 * many as he likes, and nobody else's group grows.
 */
export class Dependants {
  readonly #database: ProjectionDatabase
  readonly #init: Required<Omit<DependantsInit, 'rowsPerStep'>>
  readonly #appending: Appending
  readonly #putOff: PutOff
  /** Groups of which a message came or went, each once. After a rollback there may be some too many, which does no harm. */
  readonly #touched = new Map<string, Group>()
  readonly #claimed: Claiming[] = []
  #statements: ReturnType<typeof prepareStatements> | undefined

  constructor(database: ProjectionDatabase, init: DependantsInit = {}) {
    const { rowsAtOnceMax = ROWS_AT_ONCE_MAX, rowsPerTransactionMax = ROWS_PER_TRANSACTION_MAX, ...steps } = init
    this.#database = database
    this.#init = { rowsAtOnceMax, rowsPerTransactionMax }
    this.#appending = new Appending(database)
    this.#putOff = new PutOff(database, (group) => this.#judgeInSteps(group), steps.rowsPerStep ?? ROWS_PER_STEP)
  }

  touch(feed: number, root: Uint8Array): void {
    this.#touched.set(keyOf({ feed, root }), { feed, root })
  }

  /** A message with a claim came, and is not judged yet. */
  claimed(message: Claiming): void {
    this.#claimed.push(message)
  }

  /** Touches the groups, of whichever author, that hang on a message that went. */
  went(hash: Uint8Array): void {
    for (const feed of this.#sql.feedsOn.all(hash) as number[]) this.touch(feed, hash)
  }

  /**
   * Judges what was claimed, and every group that was touched, as long as that is not too much at once: the rest is put off.
   *
   * @param came - offsets of the messages that came, looked up together: nearly nothing hangs on nearly any message
   */
  settle(came: readonly number[]): void {
    for (const { feed, root } of this.#sql.groupsOn.all(JSON.stringify(came)) as Group[]) this.touch(feed, root)
    const late = this.#putOff.feeds()
    for (const message of this.#claimed.splice(0)) {
      const group = { feed: message.feed, root: bytesOf(message.claim.target ?? message.hash) }
      const isAlone = !late.has(group.feed) && !this.#touched.has(keyOf(group))
      if (!isAlone || !this.#appending.appended(message)) this.touch(group.feed, group.root)
    }
    let left = this.#init.rowsPerTransactionMax
    // The last one first: from what came last, all lead to what it hangs on.
    for (const [key, group] of [...this.#touched].reverse()) {
      if (!this.#touched.delete(key)) continue
      const rows = late.has(group.feed) ? undefined : this.#few(group, Math.min(left, this.#init.rowsAtOnceMax))
      left -= rows?.length ?? 0
      if (rows !== undefined) this.#judge(rows)
      else {
        this.#putOff.add(group)
        late.add(group.feed)
      }
    }
  }

  /** Judges a part of what was put off. */
  work(): Progress {
    return this.#putOff.work()
  }

  /** All messages of the group, which are then touched no more; undefined when there are more than so many. */
  #few(group: Group, rowsMax: number): Row[] | undefined {
    const rows: Row[] = []
    const groups = new Map([[keyOf(group), group]])
    for (const row of this.#gathered(groups, 'known roots')) {
      if (row === undefined) continue
      if (rows.length >= rowsMax) return undefined
      rows.push(row)
    }
    for (const key of groups.keys()) this.#touched.delete(key)
    return rows
  }

  /**
   * All messages of these groups, and of those that they turn out to belong to now that a target is held, which are put beside them; undefined
   * where a group ends, which may have shown nothing new.
   *
   * @param by - whether what hangs on each message is looked at too: of what waits to be judged, roots are not known yet
   */
  *#gathered(groups: Map<string, Group>, by: 'known roots' | 'every message'): Generator<Row | undefined> {
    const seen = new Set<Hash>()
    for (const group of groups.values()) {
      for (const columns of this.#rowsOf(group)) {
        const row = rowOf(columns)
        if (seen.has(row.hash)) continue
        seen.add(row.hash)
        const onItself = by === 'known roots' ? [] : [{ feed: row.feed, root: bytesOf(row.hash) }]
        for (const further of [...this.#groupsOf(row), ...onItself]) groups.set(keyOf(further), further)
        yield row
      }
      yield undefined
    }
  }

  /** A page at a time, because there may be any number. */
  *#rowsOf({ feed, root }: Group): Generator<Columns> {
    yield* this.#sql.itself.all(root, feed) as Columns[]
    let page: Columns[] = []
    do {
      page = this.#sql.hanging.all(root, feed, page.at(-1)?.offset ?? 0, ROWS_PER_PAGE) as Columns[]
      yield* page
    } while (page.length === ROWS_PER_PAGE)
  }

  /** Its own, which is not that in which it was found when it is what the others hang on; and that of its target, if it is the author's own. */
  #groupsOf({ feed, hash, written, claim }: Row): Group[] {
    const own = { feed, root: bytesOf(written.root ?? hash) }
    const target = claim?.target === undefined ? undefined : this.#held(claim.target)
    return target?.feed === feed ? [own, { feed, root: target.root ?? target.hash }] : [own]
  }

  #judge(rows: readonly Row[]): void {
    const verdicts = verdictsOn(rows, (hash) => this.#isAnothers(hash, rows))
    for (const row of rows) this.#write(row, verdicts.get(row.hash))
  }

  /** The same in steps, of any number of messages. */
  *#judgeInSteps(group: Group): Generator<undefined, Judged> {
    const rows: Row[] = []
    const groups = new Map([[keyOf(group), group]])
    for (const row of this.#gathered(groups, 'every message')) {
      if (row !== undefined) rows.push(row)
      yield
    }
    const verdicts = yield* verdictsInSteps(rows, (hash) => this.#isAnothers(hash, rows))
    let isSettled = true
    for (const row of rows) {
      if (this.#write(row, verdicts.get(row.hash))) isSettled = false
      yield
    }
    return { isSettled, groups: [...groups.values()] }
  }

  #isAnothers(hash: Hash, rows: readonly Row[]): boolean {
    const held = this.#held(hash)
    return held !== undefined && held.feed !== rows[0]?.feed
  }

  /** Whether anything had to be written. */
  #write({ offset, hash, written }: Row, verdict: Verdict | undefined): boolean {
    if (verdict === undefined) return false
    const state = STATE_NUMBERS[verdict.state]
    const misfit = verdict.misfit ?? null
    const root = verdict.root === hash ? undefined : verdict.root
    const first = verdict.first === hash ? undefined : verdict.first
    const isSame = written.state === state && written.misfit === misfit
    if (isSame && written.root === root && written.first === first) return false
    this.#sql.write.run(state, misfit, bytesOrNull(root), bytesOrNull(first), offset)
    return true
  }

  #held(hash: Hash): Held | undefined {
    return this.#sql.held.get(bytesOf(hash)) as Held | undefined // As: the columns of the statement.
  }

  // Prepared at first use: before that the table may not be there.
  get #sql() {
    this.#statements ??= prepareStatements(this.#database)
    return this.#statements
  }
}

/** Its name. */
export interface Group {
  feed: number
  root: Uint8Array
}

/** Where a message is judged. */
type Held = Pick<Columns, 'feed' | 'hash' | 'root'>

function keyOf({ feed, root }: Group): string {
  return `${feed} ${hexOf(root)}`
}

function prepareStatements(database: ProjectionDatabase) {
  return {
    feedsOn: database.prepare('SELECT DISTINCT feed FROM things WHERE root = ?').pluck(),
    groupsOn: database.prepare(
      `SELECT DISTINCT hanging.feed, hanging.root FROM json_each(?) AS came
        CROSS JOIN things ON things.offset = came.value CROSS JOIN things AS hanging ON hanging.root = things.hash`,
    ),
    itself: database.prepare('SELECT * FROM things WHERE hash = ? AND feed = ?'),
    hanging: database.prepare(
      'SELECT * FROM things INDEXED BY things_by_root WHERE root = ? AND feed = ? AND offset > ? ORDER BY offset LIMIT ?',
    ),
    held: database.prepare('SELECT feed, hash, root FROM things WHERE hash = ?'),
    write: database.prepare('UPDATE things SET state = ?, misfit = ?, root = ?, first = ? WHERE offset = ?'),
  }
}
