// What one more message costs. What it does to the others is in things.test.ts, for every order.

import { hash } from 'node:crypto'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { Things } from '../../../src/projections/things/index.ts'
import type { Author } from '../../../src/feed/index.ts'
import type { MessageEntry } from '../../../src/log/index.ts'
import type { ProjectionStatement } from '../../../src/projections/projection.ts'

test.each([
  ['edits of one thing', (at: number) => ({ type: 'memory', supersedes: at === 0 ? undefined : hashAt(0) })],
  ['edits of edits', (at: number) => ({ type: 'memory', supersedes: at === 0 ? undefined : hashAt(at - 1) })],
  ['retracts of a message that nobody holds', () => ({ type: 'retract', target: hashAt(-1) })],
])('%s cost the last one no more than the first', (_, contentAt) => {
  const database = new Database(':memory:')
  let read = 0
  const counting = {
    exec: (sql: string) => database.exec(sql),
    prepare: (sql: string) => counted(database.prepare(sql), (rows) => (read += rows)),
  }
  const things = new Things(counting)
  things.reset()
  const costs: number[] = []
  for (let at = 0; at < 300; at++) {
    read = 0
    things.apply(messageAt(at, contentAt(at)))
    things.settle()
    costs.push(read)
  }
  expect(costs.at(-1)).toBeLessThanOrEqual(costs[3] ?? 0)
})

function hashAt(at: number): string {
  return hash('sha256', `message ${at}`)
}

function messageAt(at: number, content: object): MessageEntry {
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
    feed: 1,
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
