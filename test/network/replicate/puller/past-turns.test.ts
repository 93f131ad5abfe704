import { beforeEach, describe, expect, test } from 'vitest'
import { CLAIM_MS_MIN, PAST_WAIT_MS_MAX } from '../../../../src/network/replicate/constants.ts'
import { InFlight } from '../../../../src/network/replicate/puller/in-flight.ts'
import type { Source } from '../../../../src/network/replicate/puller/in-flight.ts'

let table: InFlight
let [first, second, third]: Source[] = []
/** Who was woken, in order. */
let woken: string[]

beforeEach(() => {
  table = new InFlight()
  woken = []
  ;[first, second, third] = ['first', 'second', 'third'].map((name) => {
    const source = table.join(0)
    source.listen(() => woken.push(name))
    return source
  })
})

const begin = (source: Source | undefined, now: number) => table.pasts.begin(source ?? expect.fail(), now)
const dueFor = (source: Source | undefined) => table.pasts.dueFor(source ?? expect.fail())

describe('a turn', () => {
  test('is that of one peer, until it ends: then whoever waits is woken, and one of them is next', () => {
    expect([begin(first, 0), begin(first, 0), begin(second, 0), begin(third, 0)]).toEqual([true, true, false, false])
    table.pasts.end(first ?? expect.fail())
    expect(woken).toEqual(['second', 'third'])
    expect([begin(third, 1), begin(second, 1)]).toEqual([true, false])
  })

  test('ends with the stream of its peer', () => {
    begin(first, 0)
    begin(second, 0)
    table.leave(first ?? expect.fail())
    expect(woken).toEqual(['second'])
    expect(begin(second, 0)).toBe(true)
  })

  test('is not ended by a peer that only waited', () => {
    begin(first, 0)
    begin(second, 0)
    table.leave(second ?? expect.fail())
    expect(begin(third, 0)).toBe(false)
  })

  test('is over for the others when its peer stalls, and only then', () => {
    begin(first, 0)
    begin(second, 0)
    first?.progressed(1_000)
    expect(dueFor(second)).toBe(1_000 + CLAIM_MS_MIN)
    expect(begin(second, 999 + CLAIM_MS_MIN)).toBe(false)
    expect(begin(second, 1_000 + CLAIM_MS_MIN)).toBe(true)
    expect(dueFor(second)).toBe(Number.POSITIVE_INFINITY)
    // Who was too slow ends nothing that is not his.
    table.pasts.end(first ?? expect.fail())
    expect(begin(third, 1_000 + CLAIM_MS_MIN)).toBe(false)
  })

  test('keeps nobody waiting for longer than patience, however busy its peer is', () => {
    begin(first, 0)
    begin(second, 500)
    for (let now = 0; now < 500 + PAST_WAIT_MS_MAX; now += 1_000) first?.progressed(now)
    expect(begin(second, 499 + PAST_WAIT_MS_MAX)).toBe(false)
    expect(begin(second, 500 + PAST_WAIT_MS_MAX)).toBe(true)
  })
})
