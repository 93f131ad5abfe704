import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  CREDIT_BYTES_INITIAL,
  CREDIT_BYTES_MAX,
  CREDIT_BYTES_MIN,
  CREDIT_BYTES_TOTAL,
} from '../../../../src/network/replicate/constants.ts'
import { CreditPool, CreditWindow } from '../../../../src/network/replicate/puller/credit.ts'

/** A window of this size that cannot widen. */
function windowOf(bytes: number): CreditWindow {
  return new CreditWindow({ open: () => bytes, widen: () => 0, release: () => {} })
}

describe('a window', () => {
  test('is never exceeded by what is granted and what waits to be stored', () => {
    const moves = fc.array(fc.tuple(fc.constantFrom('receive', 'commit', 'grant'), fc.nat(200_000)), { maxLength: 200 })
    fc.assert(
      fc.property(moves, (all) => {
        const window = windowOf(CREDIT_BYTES_INITIAL)
        let granted = 0
        let waiting = 0
        for (const [move, bytes] of all) {
          if (move === 'grant') granted += window.grant(false)
          if (move === 'receive' && bytes <= granted) {
            expect(window.receive(bytes)).toBe(true)
            granted -= bytes
            waiting += bytes
          }
          if (move === 'commit') {
            window.stored(Math.min(bytes, waiting))
            waiting -= Math.min(bytes, waiting)
          }
          expect(granted + waiting).toBeLessThanOrEqual(CREDIT_BYTES_INITIAL)
        }
      }),
      { seed: 1 },
    )
  })

  test('notices one byte too much', () => {
    const window = windowOf(1_000)
    expect(window.grant(false)).toBe(1_000)
    expect(window.receive(1_000)).toBe(true)
    expect(window.receive(1)).toBe(false)
  })

  test('grants again only when a quarter is free', () => {
    const window = windowOf(1_000)
    window.grant(false)
    window.receive(1_000)
    window.stored(249)
    expect(window.grant(false)).toBe(0)
    window.stored(1)
    expect(window.grant(false)).toBe(250)
  })

  test('always grants enough for the largest message when nothing waits', () => {
    const largestFrame = 131_072 + 64 + 64
    const window = windowOf(CREDIT_BYTES_MIN)
    window.grant(false)
    for (let left = CREDIT_BYTES_MIN; left >= 0; left -= 1_000) {
      const probe = windowOf(CREDIT_BYTES_MIN)
      probe.grant(false)
      probe.receive(CREDIT_BYTES_MIN - left)
      probe.stored(CREDIT_BYTES_MIN - left)
      expect(left + probe.grant(false)).toBeGreaterThanOrEqual(largestFrame)
    }
  })
})

describe('the pool', () => {
  test('widens the window of a stream that has used its first and is still catching up, and takes it back', () => {
    const pool = new CreditPool()
    const window = new CreditWindow(pool)
    expect(window.grant(true)).toBe(CREDIT_BYTES_INITIAL)
    window.receive(CREDIT_BYTES_INITIAL)
    window.stored(CREDIT_BYTES_INITIAL)
    expect(window.grant(false)).toBe(CREDIT_BYTES_INITIAL)
    window.receive(CREDIT_BYTES_INITIAL)
    window.stored(CREDIT_BYTES_INITIAL)
    expect(window.grant(true)).toBe(CREDIT_BYTES_MAX)
    const others: number[] = []
    for (let other = pool.open(); other > 0; other = pool.open()) others.push(other)
    window.release()
    let freed = 0
    for (let other = pool.open(); other > 0; other = pool.open()) freed += other
    expect(freed).toBe(CREDIT_BYTES_MAX)
  })

  test('gives the usual window while there is plenty, a small one after that, and nothing when all is in use', () => {
    const pool = new CreditPool()
    const windows: number[] = []
    for (let window = pool.open(); window > 0; window = pool.open()) windows.push(window)
    expect(windows[0]).toBe(CREDIT_BYTES_INITIAL)
    expect(windows.at(-1)).toBe(CREDIT_BYTES_MIN)
    expect(windows.length).toBeGreaterThanOrEqual(96)
    expect(windows.reduce((sum, window) => sum + window)).toBeLessThanOrEqual(CREDIT_BYTES_TOTAL)
    pool.release(CREDIT_BYTES_MIN)
    expect(pool.open()).toBe(CREDIT_BYTES_MIN)
  })

  test('widens a window to 2 MiB, but not out of the last quarter', () => {
    const pool = new CreditPool()
    const window = pool.open()
    expect(window + pool.widen(window)).toBe(CREDIT_BYTES_MAX)
    expect(pool.widen(CREDIT_BYTES_MAX)).toBe(0)
    while (pool.open() > CREDIT_BYTES_MIN);
    expect(pool.widen(CREDIT_BYTES_MIN)).toBe(0)
  })
})
