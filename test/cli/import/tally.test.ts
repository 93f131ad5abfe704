import { expect, test } from 'vitest'
import { Tally } from '../../../src/cli/import/tally.ts'

function refusedAt(...lines: readonly number[]) {
  return { lines: lines.length, outcomes: {}, refused: lines.map((line) => ({ line, code: 'FEED_TOO_LARGE' })) }
}

test('refused lines are named in the order of the file, whichever answer comes first', () => {
  const tally = new Tally()
  tally.add(refusedAt(21))
  tally.add(refusedAt(18, 19))
  expect(tally.refused.map(({ line }) => line)).toEqual([18, 19, 21])
})

test('a hundred refused lines are named, and all are counted', () => {
  const tally = new Tally()
  for (let line = 1; line <= 101; line++) tally.add(refusedAt(line))
  expect([tally.refused.length, tally.refusedCount]).toEqual([100, 101])
})
