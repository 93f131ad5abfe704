import { describe, expect, test } from 'vitest'
import { Asking } from '../../../src/network/replicate/asking.ts'
import { RANGES_OPEN_MAX, RETRY_MS_MAX } from '../../../src/network/replicate/constants.ts'
import { numbered } from './numbered.ts'
import type { AskedRange, Done } from '../../../src/network/replicate/frames.ts'

const wanted = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ author: numbered(index), from: 1, to: 9 }))
const done = ({ id }: AskedRange, fields: Partial<Done> = {}): Done => ({
  kind: 'done',
  id,
  code: 'answered',
  ...fields,
})

function settled(asking: Asking, range: AskedRange, fields?: Partial<Done>): void {
  asking.settle(asking.end(done(range, fields), 0).range)
}

test('asks for the newest of all feeds before the older ones, and for what was put off before both', () => {
  const asking = new Asking()
  const [first, second, third] = wanted(3) as [AskedRange, AskedRange, AskedRange]
  asking.queue([first], [third])
  asking.queue([second], [])
  const ranges = asking.take(0)
  expect(ranges.map(({ id, author }) => [id, author])).toEqual([
    [1, first.author],
    [2, second.author],
    [3, third.author],
  ])
  asking.queue([third], [])
  settled(asking, ranges[1] as AskedRange, { code: 'busy', upTo: 4, retryMs: 0 })
  expect(asking.take(0).map(({ author, from }) => [author, from])).toEqual([
    [second.author, 5],
    [third.author, 1],
  ])
})

describe('a busy server', () => {
  test('is asked again at its time, and no later than a minute', () => {
    const asking = new Asking()
    asking.queue(wanted(3), [])
    const [range, other] = asking.take(0) as [AskedRange, AskedRange]
    settled(asking, range, { code: 'busy', upTo: 0, retryMs: 500 })
    expect(asking.notBefore).toBe(500)
    expect(asking.take(499)).toEqual([])
    expect(asking.take(500)).toMatchObject([{ id: 4, from: 1, to: 9 }])
    expect(asking.notBefore).toBe(Number.POSITIVE_INFINITY)
    settled(asking, other, { code: 'busy', upTo: 0, retryMs: 1_000_000 })
    expect(asking.notBefore).toBe(RETRY_MS_MAX)
  })

  test('that had answered all is not waited for', () => {
    const asking = new Asking()
    asking.queue(wanted(1), [])
    const [range] = asking.take(0) as [AskedRange]
    settled(asking, range, { code: 'busy', upTo: 9, retryMs: 500 })
    expect(asking.isIdle).toBe(true)
    expect(asking.notBefore).toBe(Number.POSITIVE_INFINITY)
  })
})

test('a server with fewer places than ours is soon asked for no more than it has', () => {
  const asking = new Asking()
  asking.queue(wanted(2_000), [])
  const PLACES = 16
  let open: AskedRange[] = []
  let served = 0
  let refused = 0
  for (let ranges = asking.take(0); served < 2_000; ranges = asking.take(0)) {
    for (const range of ranges) {
      if (open.length < PLACES) open.push(range)
      else {
        refused++
        settled(asking, range, { code: 'too_many', upTo: 0 })
      }
    }
    const [next, ...others] = open
    if (next === undefined) throw new Error('Nothing is asked any more.')
    settled(asking, next)
    served++
    open = others
  }
  expect(refused).toBe(RANGES_OPEN_MAX - PLACES)
  expect(asking.isIdle).toBe(true)
})
