// Messages that hang together by their claims: gathered when one of them came or went, judged, and written where something changed.

import { Appending } from './appending.ts'
import { bytesOf, bytesOrNull, rowOf } from './rows.ts'
import { STATE_NUMBERS } from './states.ts'
import { verdictsOn } from './verdicts.ts'
import type { Hash } from '../../feed/index.ts'
import type { ProjectionDatabase } from '../projection.ts'
import type { Claiming, Columns, Row } from './rows.ts'
import type { Verdict } from './verdicts.ts'

/**
 * A group is what hangs on one root within one feed. Claims on another author's message are in a group of their own author: he can make as
 * many as he likes, and nobody else's group grows.
 */
export class Dependants {
  readonly #database: ProjectionDatabase
  readonly #appending: Appending
  /** Groups of which a message came or went, each once. After a rollback there may be some too many, which does no harm. */
  readonly #touched = new Map<string, Group>()
  readonly #claimed: Claiming[] = []
  #statements: ReturnType<typeof prepareStatements> | undefined

  constructor(database: ProjectionDatabase) {
    this.#database = database
    this.#appending = new Appending(database)
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
   * Judges what was claimed, and every group that was touched.
   *
   * @param came - offsets of the messages that came, looked up together: nearly nothing hangs on nearly any message
   */
  settle(came: readonly number[]): void {
    for (const { feed, root } of this.#sql.groupsOn.all(JSON.stringify(came)) as Group[]) this.touch(feed, root)
    for (const message of this.#claimed.splice(0)) {
      const group = { feed: message.feed, root: bytesOf(message.claim.target ?? message.hash) }
      if (!this.#touched.has(keyOf(group)) && !this.#appending.appended(message)) this.touch(group.feed, group.root)
    }
    for (const [key, group] of this.#touched) {
      this.#judge(this.#gathered(group))
      this.#touched.delete(key)
    }
  }

  /** All messages of the group, and of those that it turns out to belong to now that a target is held. */
  #gathered(touched: Group): Row[] {
    const groups = new Map([[keyOf(touched), touched]])
    const rows = new Map<Hash, Row>()
    for (const { feed, root } of groups.values()) {
      for (const columns of this.#sql.group.all(root, feed, root, feed) as Columns[]) {
        const row = rowOf(columns)
        rows.set(row.hash, row)
        for (const further of this.#groupsOf(row)) groups.set(keyOf(further), further)
      }
    }
    return [...rows.values()]
  }

  /** Its own, which is not that in which it was found when it is what the others hang on; and that of its target, if it is the author's own. */
  #groupsOf({ feed, hash, written, claim }: Row): Group[] {
    const own = { feed, root: bytesOf(written.root ?? hash) }
    const target = claim?.target === undefined ? undefined : this.#held(claim.target)
    return target?.feed === feed ? [own, { feed, root: target.root ?? target.hash }] : [own]
  }

  #judge(rows: readonly Row[]): void {
    const [{ feed } = { feed: 0 }] = rows
    const verdicts = verdictsOn(rows, (hash) => {
      const held = this.#held(hash)
      return held !== undefined && held.feed !== feed
    })
    for (const row of rows) {
      const verdict = verdicts.get(row.hash)
      if (verdict !== undefined) this.#write(row, verdict)
    }
  }

  #write({ offset, hash, written }: Row, verdict: Verdict): void {
    const state = STATE_NUMBERS[verdict.state]
    const misfit = verdict.misfit ?? null
    const root = verdict.root === hash ? undefined : verdict.root
    const first = verdict.first === hash ? undefined : verdict.first
    const isSame = written.state === state && written.misfit === misfit
    if (isSame && written.root === root && written.first === first) return
    this.#sql.write.run(state, misfit, bytesOrNull(root), bytesOrNull(first), offset)
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

interface Group {
  feed: number
  root: Uint8Array
}

/** Where a message is judged. */
type Held = Pick<Columns, 'feed' | 'hash' | 'root'>

function keyOf({ feed, root }: Group): string {
  return `${feed} ${Buffer.from(root).toString('hex')}`
}

function prepareStatements(database: ProjectionDatabase) {
  return {
    feedsOn: database.prepare('SELECT DISTINCT feed FROM things WHERE root = ?').pluck(),
    groupsOn: database.prepare(
      `SELECT DISTINCT hanging.feed, hanging.root FROM json_each(?) AS came
        CROSS JOIN things ON things.offset = came.value CROSS JOIN things AS hanging ON hanging.root = things.hash`,
    ),
    group: database.prepare(
      'SELECT * FROM things WHERE root = ? AND feed = ? UNION ALL SELECT * FROM things WHERE hash = ? AND feed = ?',
    ),
    held: database.prepare('SELECT feed, hash, root FROM things WHERE hash = ?'),
    write: database.prepare('UPDATE things SET state = ?, misfit = ?, root = ?, first = ? WHERE offset = ?'),
  }
}
