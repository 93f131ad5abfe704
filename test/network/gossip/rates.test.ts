import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Rates, Tokens } from '../../../src/network/gossip/rates.ts'

const RATE = { perSecond: 100, burst: 50 }

function takeAll(rates: Rates, key: string, now: number): number {
  let taken = 0
  while (rates.take(key, now)) taken++
  return taken
}

test('a burst is given at once, and one more when its time has come', () => {
  const rates = new Rates(RATE, 10)
  expect(takeAll(rates, 'a', 0)).toBe(50)
  expect(rates.take('a', 9)).toBe(false)
  expect(rates.has('a', 10)).toBe(true)
  expect(rates.take('a', 10)).toBe(true)
  expect(rates.has('a', 10)).toBe(false)
})

test('one key takes nothing from another', () => {
  const rates = new Rates(RATE, 10)
  takeAll(rates, 'a', 0)
  expect(takeAll(rates, 'b', 0)).toBe(50)
})

test('the key not used for longest is forgotten, and only that one', () => {
  const rates = new Rates(RATE, 2)
  for (const key of ['a', 'b']) takeAll(rates, key, 0)
  expect(rates.take('a', 0)).toBe(false)
  rates.take('c', 0)
  expect(rates.has('a', 0)).toBe(false)
  expect(rates.has('b', 0)).toBe(true)
})

test('a wait that was told is long enough, and not longer than needed', () => {
  const tokens = new Tokens(RATE, 0)
  while (tokens.take(0));
  const waitMs = tokens.waitMs(0)
  expect(waitMs).toBe(10)
  expect(tokens.take(waitMs - 1)).toBe(false)
  expect(tokens.take(waitMs)).toBe(true)
})

test('whatever the clock does, no more is taken than a burst and what refilled in between', () => {
  const step = fc.integer({ min: -1_000, max: 1_000 })
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.integer({ min: 0, max: 80 })), { maxLength: 50 }), (steps) => {
      const tokens = new Tokens(RATE, 0)
      let now = 0
      let passedMs = 0
      let taken = 0
      for (const [ms, wanted] of steps) {
        now += ms
        passedMs += Math.max(0, ms)
        for (let attempt = 0; attempt < wanted; attempt++) taken += tokens.take(now) ? 1 : 0
        expect(taken).toBeLessThanOrEqual(RATE.burst + (passedMs * RATE.perSecond) / 1000)
      }
    }),
    { seed: 1, numRuns: 200 },
  )
})
