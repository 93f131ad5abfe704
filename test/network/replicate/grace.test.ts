import { expect, test } from 'vitest'
import { GRACE_MS, HINT_OPEN_MS, HINTS_OPEN_MAX } from '../../../src/network/replicate/constants.ts'
import { Grace } from '../../../src/network/replicate/grace.ts'
import { identityOf } from '../../support/open-log.ts'
import { numbered } from './numbered.ts'
import type { FeedPosition } from '../../../src/log/index.ts'

const { author } = identityOf(1)
const head = { author, sequence: 7, hash: undefined, floor: 1, arrival: 1, forked: false }
const position = (fields: Partial<FeedPosition>): FeedPosition => ({
  author,
  head: 0,
  forkedAt: undefined,
  hashAt: undefined,
  missing: [],
  ...fields,
})

test('heads of a first round do not wait', () => {
  const grace = new Grace()
  grace.hold([head])
  expect(grace.takeDue(0)).toEqual([head])
})

test('heads of a live telling wait for the same moment, and no longer', () => {
  const grace = new Grace()
  grace.begin(0)
  expect(grace.deadline).toBe(Number.POSITIVE_INFINITY)
  grace.hold([head])
  expect(grace.deadline).toBe(GRACE_MS)
  expect(grace.takeDue(GRACE_MS - 1)).toEqual([])
  expect(grace.waiting).toBe(1)
  expect(grace.takeDue(GRACE_MS)).toEqual([head])
  expect(grace.waiting).toBe(0)
  grace.hold([head])
  expect(grace.takeDue(GRACE_MS)).toEqual([head])
})

/** Whether heads wait, a hint having been given at 0. */
function waitsAfter(happened: (grace: Grace) => void, now = 1): boolean {
  const grace = new Grace()
  grace.begin(now)
  grace.hold([head])
  grace.hinted({ author, upTo: 5 }, 0)
  happened(grace)
  return grace.takeDue(now).length === 0
}

test('no head waits while a hint is open', () => {
  expect(waitsAfter(() => {})).toBe(false)
  expect(waitsAfter(() => {}, HINT_OPEN_MS - 1)).toBe(false)
  expect(waitsAfter(() => {}, HINT_OPEN_MS)).toBe(true)
})

test('a hint is open until the message that it named has come, or is found to be held', () => {
  expect(waitsAfter((grace) => grace.arrived(author, 4))).toBe(false)
  expect(waitsAfter((grace) => grace.arrived(author, 5))).toBe(true)
  expect(waitsAfter((grace) => grace.compared(position({ head: 4 })))).toBe(false)
  expect(waitsAfter((grace) => grace.compared(position({ head: 5 })))).toBe(true)
  const missing = [{ from: 3, to: 5, reason: 'missing' as const }]
  expect(waitsAfter((grace) => grace.compared(position({ head: 9, missing })))).toBe(false)
})

test('as many hints are open as may be, and the oldest makes room', () => {
  const grace = new Grace()
  for (let index = 0; index <= HINTS_OPEN_MAX; index++) grace.hinted({ author: numbered(index), upTo: 1 }, 0)
  for (let index = 1; index <= HINTS_OPEN_MAX; index++) grace.arrived(numbered(index), 1)
  grace.begin(1)
  grace.hold([head])
  expect(grace.takeDue(1)).toEqual([])
})
