import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SEQUENCE_MAX } from '../../src/feed/index.ts'
import { Withdrawals, withdrawnBy } from '../../src/projections/withdrawals.ts'
import { identityOf, openLog } from '../support/open-log.ts'
import { forgotten, forked } from './entries.ts'

const { author } = identityOf(2)

function openWithdrawals() {
  const { database } = openLog()
  const withdrawals = new Withdrawals(database, 'test_withdrawn')
  withdrawals.reset()
  const rows = () => database.prepare('SELECT feed, first, last FROM test_withdrawn ORDER BY feed, first').all()
  return { database, withdrawals, rows }
}

test('a fork withdraws everything from its point on, forgetting the range that it names', () => {
  expect(withdrawnBy(forked(author, 4))).toEqual({ from: 4, to: SEQUENCE_MAX })
  expect(withdrawnBy(forgotten(author, 2, 3))).toEqual({ from: 2, to: 3 })
})

test('a range covers its ends and nothing beside them, in its own feed only', () => {
  const { withdrawals } = openWithdrawals()
  withdrawals.add(1, { from: 5, to: 7 })
  expect([4, 5, 6, 7, 8].map((sequence) => withdrawals.covers(1, sequence))).toEqual([false, true, true, true, false])
  expect(withdrawals.covers(2, 6)).toBe(false)
})

test('ranges that overlap or touch become one', () => {
  const { withdrawals, rows } = openWithdrawals()
  for (const [from, to] of [
    [1, 2],
    [6, 9],
    [3, 3],
    [12, SEQUENCE_MAX],
  ] as const)
    withdrawals.add(1, { from, to })
  expect(rows()).toEqual([
    { feed: 1, first: 1, last: 3 },
    { feed: 1, first: 6, last: 9 },
    { feed: 1, first: 12, last: SEQUENCE_MAX },
  ])
  withdrawals.add(1, { from: 4, to: 11 })
  expect(rows()).toEqual([{ feed: 1, first: 1, last: SEQUENCE_MAX }])
})

test('are known again after a restart', () => {
  const { database, withdrawals } = openWithdrawals()
  withdrawals.add(3, { from: 1, to: 1 })
  expect(new Withdrawals(database, 'test_withdrawn').covers(3, 1)).toBe(true)
})

test('are as they were when their transaction is undone', () => {
  const { database, withdrawals } = openWithdrawals()
  const undone = database.transaction(() => {
    withdrawals.add(1, { from: 1, to: 9 })
    throw new Error('undone')
  })
  expect(undone).toThrow('undone')
  expect(withdrawals.covers(1, 5)).toBe(false)
})

test('cover what any of the ranges holds, and have the same rows in any order', () => {
  const ranges = fc.record({ from: fc.integer({ min: 1, max: 30 }), length: fc.integer({ min: 0, max: 6 }) })
  const told = fc
    .array(ranges, { maxLength: 12 })
    .chain((all) => fc.record({ all: fc.constant(all), other: fc.shuffledSubarray(all, { minLength: all.length }) }))
  fc.assert(
    fc.property(told, ({ all, other }) => {
      const one = openWithdrawals()
      const two = openWithdrawals()
      for (const { from, length } of all) one.withdrawals.add(1, { from, to: from + length })
      for (const { from, length } of other) two.withdrawals.add(1, { from, to: from + length })
      expect(two.rows()).toEqual(one.rows())
      for (let sequence = 1; sequence <= 40; sequence++) {
        const isIn = all.some(({ from, length }) => from <= sequence && sequence <= from + length)
        expect(one.withdrawals.covers(1, sequence)).toBe(isIn)
      }
    }),
    { seed: 1, numRuns: 60 },
  )
})
