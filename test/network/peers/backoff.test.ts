import { expect, test } from 'vitest'
import { pauseBeforeRetry, waitBeforeRetry } from '../../../src/network/peers/index.ts'

const longest = () => 0.999_999_999

test('eight retries come within a second each, every further one may wait twice as long', () => {
  const seconds = (failures: number) => Math.ceil(waitBeforeRetry(failures, longest) / 1000)
  expect([0, 6, 7, 8, 9, 10].map(seconds)).toEqual([1, 1, 1, 2, 4, 8])
})

test.each([16, 100, Number.MAX_SAFE_INTEGER])(
  'after %i failures it still waits no longer than five minutes',
  (failures) => {
    expect(waitBeforeRetry(failures, longest)).toBe(299_999)
  },
)

test('jitter is full: it may also be tried at once', () => {
  expect(waitBeforeRetry(20, () => 0)).toBe(0)
})

test('a pause ends when the signal aborts, also when it did before', async () => {
  const stop = new AbortController()
  const pause = pauseBeforeRetry(2 ** 30, stop.signal)
  stop.abort()
  await pause
  await pauseBeforeRetry(2 ** 30, stop.signal)
})
