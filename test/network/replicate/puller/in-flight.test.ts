import { beforeEach, describe, expect, test } from 'vitest'
import { CLAIM_MS_MAX, CLAIM_MS_MIN, RELEASES_KEPT_MAX } from '../../../../src/network/replicate/constants.ts'
import { InFlight } from '../../../../src/network/replicate/puller/in-flight.ts'
import { numbered } from '../numbered.ts'
import type { Claim, Source } from '../../../../src/network/replicate/puller/in-flight.ts'

const author = numbered(1)
const LENGTH_MAX = 10

let table: InFlight
let first: Source
let second: Source
/** Times that the second source was woken. */
let woken: number

beforeEach(() => {
  table = new InFlight()
  woken = 0
  first = table.join(0)
  second = table.join(0)
  second.listen(() => woken++)
})

function claim(source: Source, from: number, to: number, now = 0): Claim {
  const { claim } = table.claim(source, { author, from, to }, LENGTH_MAX, now)
  if (claim === undefined) throw new Error('All of it is claimed.')
  return claim
}

const spanOf = ({ from, to }: Claim) => [from, to]

describe('a claim', () => {
  test('is the first part that nobody else has, and no longer than allowed', () => {
    expect(spanOf(claim(first, 5, 100))).toEqual([5, 14])
    expect(spanOf(claim(second, 1, 100))).toEqual([1, 4])
    expect(second.awaited.size).toBe(0)
    expect(spanOf(claim(second, 5, 15))).toEqual([15, 15])
    expect(second.awaited.has(author)).toBe(true)
    expect(spanOf(claim(first, 1, 100))).toEqual([16, 25])
  })

  test('of what others have is none, and counts what is awaited', () => {
    claim(first, 5, 14)
    expect(table.claim(second, { author, from: 6, to: 14 }, LENGTH_MAX, 0)).toEqual({ claim: undefined, elsewhere: 9 })
    expect(table.claim(second, { author, from: 14, to: 15 }, LENGTH_MAX, 0)).toMatchObject({ elsewhere: 1 })
  })

  test('of another feed stands in nobody’s way', () => {
    claim(first, 1, 9)
    const other = { author: numbered(2), from: 1, to: 9 }
    expect(table.claim(second, other, LENGTH_MAX, 0)).toMatchObject({ claim: other, elsewhere: 0 })
  })

  test('that is released wakes those who wait for the feed, once until they listen', () => {
    const claims = [claim(first, 1, 9), claim(first, 11, 19)]
    table.claim(second, { author, from: 1, to: 9 }, LENGTH_MAX, 0)
    for (const held of claims) table.release(first, held)
    expect(woken).toBe(1)
    expect(second.takeFreed()).toEqual([author])
    expect(second.takeFreed()).toEqual([])
    expect(spanOf(claim(second, 1, 9))).toEqual([1, 9])
  })

  test('goes with its source', () => {
    claim(first, 1, 9)
    table.claim(second, { author, from: 1, to: 9 }, LENGTH_MAX, 0)
    table.leave(first)
    expect(second.takeFreed()).toEqual([author])
    expect(spanOf(claim(second, 1, 9))).toEqual([1, 9])
    expect(table.isAlone).toBe(true)
  })
})

describe('a source that stalls', () => {
  const waitForFirst = () => table.claim(second, { author, from: 1, to: 9 }, LENGTH_MAX, 0)

  test.each([
    ['two seconds', 0, CLAIM_MS_MIN],
    ['two seconds on a line that is not slow', CLAIM_MS_MIN / 4, CLAIM_MS_MIN],
    ['four round trips on one that is', 600, 2_400],
    ['half a minute, however slow it makes itself', 10_000, CLAIM_MS_MAX],
  ])('keeps others waiting for %s', (_, roundTripMs, patienceMs) => {
    first.met(roundTripMs)
    const held = claim(first, 1, 9)
    waitForFirst()
    expect(table.dueFor(second)).toBe(patienceMs)
    table.expire(patienceMs - 1)
    expect(second.takeFreed()).toEqual([])
    table.expire(patienceMs)
    expect(second.takeFreed()).toEqual([author])
    expect(spanOf(claim(second, 1, 9, patienceMs))).toEqual([1, 9])
    table.release(first, held)
    expect(table.claim(first, { author, from: 1, to: 9 }, LENGTH_MAX, patienceMs).claim).toBeUndefined()
  })

  test('may not claim until something comes from it, unless it is alone', () => {
    claim(first, 1, 9)
    table.expire(CLAIM_MS_MIN)
    expect([table.mayClaim(first), table.mayClaim(second)]).toEqual([false, true])
    table.leave(second)
    expect(table.mayClaim(first)).toBe(true)
    table.join(CLAIM_MS_MIN)
    expect(table.mayClaim(first)).toBe(false)
    first.progressed(CLAIM_MS_MIN)
    expect(table.mayClaim(first)).toBe(true)
  })

  test('but sends now and then keeps all its claims, to an end', () => {
    claim(first, 1, 9)
    waitForFirst()
    for (let now = 0; now < CLAIM_MS_MAX; now += CLAIM_MS_MIN - 1) {
      first.progressed(now)
      table.expire(now)
    }
    expect(second.takeFreed()).toEqual([])
    table.expire(CLAIM_MS_MAX - 1)
    expect(second.takeFreed()).toEqual([])
    table.expire(CLAIM_MS_MAX)
    expect(second.takeFreed()).toEqual([author])
  })

  test('concerns nobody who waits for nothing', () => {
    claim(first, 1, 9)
    expect(table.dueFor(second)).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('what others ended', () => {
  test('is known to all but those who ended it', () => {
    const since = table.now
    table.release(first, claim(first, 1, 9))
    expect(table.hasChanged(second, author, since)).toBe(true)
    expect(table.hasChanged(second, author, table.now)).toBe(false)
    expect(table.hasChanged(first, author, since)).toBe(false)
    table.release(second, claim(second, 10, 19))
    table.release(second, claim(second, 20, 29))
    expect(table.hasChanged(first, author, since)).toBe(true)
    expect(table.hasChanged(second, author, since)).toBe(true)
    expect(table.hasChanged(second, author, since + 1)).toBe(false)
  })

  test.each([
    [RELEASES_KEPT_MAX, true],
    [RELEASES_KEPT_MAX + 1, false],
  ])('in %i feeds is remembered of the first: %s', (feeds, isRemembered) => {
    for (let index = 0; index < feeds; index++) {
      const range = { author: numbered(index), from: 1, to: 1 }
      const { claim: held } = table.claim(first, range, LENGTH_MAX, 0)
      if (held !== undefined) table.release(first, held)
    }
    expect(table.hasChanged(second, numbered(0), 0)).toBe(isRemembered)
  })
})
