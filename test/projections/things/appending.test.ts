// What one more message costs. What it does to the others is in things.test.ts, for every order.

import { hash } from 'node:crypto'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { ROWS_AT_ONCE_MAX } from '../../../src/projections/constants.ts'
import { Things } from '../../../src/projections/things/index.ts'
import { UNJUDGED } from '../../../src/projections/things/states.ts'
import type { Author } from '../../../src/feed/index.ts'
import type { MessageEntry } from '../../../src/log/index.ts'
import type { Progress, ProjectionStatement } from '../../../src/projections/projection.ts'

test.each([
  ['edits of one thing', (at: number) => ({ type: 'memory', supersedes: at === 0 ? undefined : hashAt(0) })],
  ['edits of edits', (at: number) => ({ type: 'memory', supersedes: at === 0 ? undefined : hashAt(at - 1) })],
  ['retracts of a message that nobody holds', () => ({ type: 'retract', target: hashAt(-1) })],
])('%s cost the last one no more than the first', (_, contentAt) => {
  const { things, costOf } = openCounting()
  const costs = Array.from({ length: 300 }, (_, at) =>
    costOf(() => {
      things.apply(messageAt(at, contentAt(at)))
      things.settle()
    }),
  )
  expect(costs.at(-1)).toBeLessThanOrEqual(costs[3] ?? 0)
})

describe('what hangs on much', () => {
  /** A memory, and so many retracts, each of the one before. */
  const retractAt = (at: number) => (at === 0 ? { type: 'memory' } : { type: 'retract', target: hashAt(at - 1) })

  test('is judged in steps of a bounded length, and rightly', () => {
    const { things, costOf, stateOf } = openCounting()
    const costs: number[] = []
    for (let at = 0; at <= 5_000; at++) {
      things.apply(messageAt(at, retractAt(at)))
      if (at % 100 === 0) costs.push(costOf(() => things.settle()))
    }
    let progress: Progress = 'more'
    const step = () => {
      progress = things.work()
    }
    while (progress === 'more') costs.push(costOf(step))
    expect(costs.length).toBeGreaterThan(10)
    // Some rows are read for each that is judged. All are five thousand, and were read at each step.
    expect(Math.max(...costs)).toBeLessThan(8 * ROWS_AT_ONCE_MAX)
    expect([0, 1, 2, 4_999, 5_000].map(stateOf)).toEqual([0, 2, 0, 2, 0])
  })

  test.each([1_023, 1_024])('is judged at once up to 1,024 messages: behind %i of them', (count) => {
    const { things, stateOf } = openCounting()
    for (let at = 0; at <= count; at++) things.apply(messageAt(at, retractAt(at)))
    things.settle()
    expect(stateOf(count)).toBe(count === 1_023 ? 0 : UNJUDGED)
    expect(things.work()).toBe(count === 1_023 ? 'done' : 'more')
    while (things.work() === 'more');
    expect(stateOf(count)).toBe(0)
  })

  test('is put off across a restart', () => {
    const { things, database, stateOf } = openCounting()
    for (let at = 0; at <= 1_100; at++) things.apply(messageAt(at, retractAt(at)))
    things.settle()
    things.work()
    const next = new Things(database)
    while (next.work() === 'more');
    expect([1_098, 1_099, 1_100].map(stateOf)).toEqual([0, 2, 0])
  })

  test('waits no longer than it hangs together: what another author claims is judged meanwhile', () => {
    const { things, stateOf } = openCounting()
    for (let at = 0; at <= 1_100; at++) things.apply(messageAt(at, retractAt(at)))
    things.apply(messageAt(2_000, { type: 'memory' }, 2))
    things.apply(messageAt(2_001, { type: 'retract', target: hashAt(2_000) }, 2))
    things.settle()
    expect([1_100, 2_000, 2_001].map(stateOf)).toEqual([UNJUDGED, 2, 0])
  })
})

/** Things that tell how many rows they read. */
function openCounting() {
  const database = new Database(':memory:')
  let read = 0
  const counting = {
    exec: (sql: string) => database.exec(sql),
    prepare: (sql: string) => counted(database.prepare(sql), (rows) => (read += rows)),
  }
  const things = new Things(counting)
  things.reset()
  const costOf = (work: () => void): number => {
    read = 0
    work()
    return read
  }
  const state = database.prepare('SELECT state FROM things WHERE offset = ?').pluck()
  return { things, database, costOf, stateOf: (at: number) => state.get(at + 1) }
}

function hashAt(at: number): string {
  return hash('sha256', `message ${at}`)
}

function messageAt(at: number, content: object, feed = 1): MessageEntry {
  const author: Author = '@one.ed25519'
  const envelope = {
    author,
    sequence: at + 1,
    previous: null,
    timestamp: '2026-01-01T00:00:00Z',
    content,
  }
  return {
    kind: 'message',
    offset: at + 1,
    feed,
    author,
    sequence: envelope.sequence,
    hash: hashAt(at),
    text: '',
    envelope,
    signature: new Uint8Array(64),
    receivedAt: 0,
    link: 'linked',
    inEffect: true,
  }
}

/** A statement that tells how many rows it reads. */
function counted(statement: ProjectionStatement, tell: (rows: number) => void): ProjectionStatement {
  return {
    run: (...parameters) => statement.run(...parameters),
    get: (...parameters) => {
      tell(1)
      return statement.get(...parameters)
    },
    all: (...parameters) => {
      const rows = statement.all(...parameters)
      tell(rows.length)
      return rows
    },
    pluck: () => counted(statement.pluck(), tell),
  }
}
