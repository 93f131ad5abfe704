import { describe, expect, test } from 'vitest'
import { RANGES_OPEN_MAX, RETRY_MS_MAX } from '../../../../src/network/replicate/constants.ts'
import { Asking } from '../../../../src/network/replicate/puller/asking.ts'
import { numbered } from '../numbered.ts'
import type { AskedRange, Done } from '../../../../src/network/replicate/frames/frames.ts'
import type { OpenRange, QueuedRange, Turn } from '../../../../src/network/replicate/puller/asking.ts'
import type { WantedRange } from '../../../../src/network/replicate/puller/wants.ts'

const LENGTH_MAX = 100

const wanted = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ author: numbered(index), from: 1, to: 9 }))
const done = ({ id }: AskedRange, fields: Partial<Done> = {}): Done => ({
  kind: 'done',
  id,
  code: 'answered',
  ...fields,
})

function queue(asking: Asking, newest: WantedRange[], older: WantedRange[] = []) {
  const questions = { queued: 0, isVoid: false }
  asking.queue(questions, { newest, older, proofs: [] })
  return questions
}

const all = ({ from, to }: QueuedRange): Turn => ({ part: { from, to, claim: undefined }, rest: undefined })

/** Of each range so many sequences at a time. */
const parts =
  (length: number) =>
  (range: QueuedRange): Turn => {
    const to = Math.min(range.to, range.from + length - 1)
    const rest = to < range.to ? { ...range, from: to + 1 } : undefined
    return { part: { from: range.from, to, claim: undefined }, rest }
  }

const take = (asking: Asking, now = 0): OpenRange[] => asking.take(now, LENGTH_MAX, all)

/** As a puller does: what was put off waits again. */
function settled(asking: Asking, range: AskedRange, fields?: Partial<Done>): void {
  const ended = asking.end(done(range, fields), 0)
  asking.settle(ended)
  asking.queueAgain({ queued: 0, isVoid: false }, ended)
}

test('asks for the newest of all feeds before the older ones, and for what was put off before both', () => {
  const asking = new Asking()
  const [first, second, third] = wanted(3) as [WantedRange, WantedRange, WantedRange]
  queue(asking, [first], [third])
  queue(asking, [second])
  const ranges = take(asking)
  expect(ranges.map(({ id, author }) => [id, author])).toEqual([
    [1, first.author],
    [2, second.author],
    [3, third.author],
  ])
  queue(asking, [third])
  settled(asking, ranges[1] as OpenRange, { code: 'busy', upTo: 4, retryMs: 0 })
  expect(take(asking).map(({ author, from }) => [author, from])).toEqual([
    [second.author, 5],
    [third.author, 1],
  ])
})

test('asks for no more of long ranges than four times the longest part, and again when half of it has ended', () => {
  const asking = new Asking()
  const [range] = wanted(1) as [WantedRange]
  queue(asking, [{ ...range, to: 1_000 }])
  const takeParts = () => asking.take(0, LENGTH_MAX, parts(LENGTH_MAX))
  const open = takeParts()
  expect(open.map(({ from, to }) => [from, to])).toEqual([1, 101, 201, 301].map((from) => [from, from + 99]))
  settled(asking, open[0] as OpenRange)
  expect(takeParts()).toEqual([])
  settled(asking, open[1] as OpenRange)
  expect(takeParts().map(({ from }) => from)).toEqual([401, 501])
  expect(asking.owed).toBe(800)
})

test('passes over what became void', () => {
  const asking = new Asking()
  const [first, second] = wanted(2) as [WantedRange, WantedRange]
  queue(asking, [first]).isVoid = true
  const questions = queue(asking, [second])
  expect(asking.owed).toBe(9)
  expect(take(asking).map(({ author }) => author)).toEqual([second.author])
  expect(questions.queued).toBe(0)
})

describe('a busy server', () => {
  test('is asked again at its time, and no later than a minute', () => {
    const asking = new Asking()
    queue(asking, wanted(3))
    const [range, other] = take(asking) as [OpenRange, OpenRange]
    settled(asking, range, { code: 'busy', upTo: 0, retryMs: 500 })
    expect(asking.notBefore).toBe(500)
    expect(take(asking, 499)).toEqual([])
    expect(take(asking, 500)).toMatchObject([{ id: 4, from: 1, to: 9 }])
    expect(asking.notBefore).toBe(Number.POSITIVE_INFINITY)
    settled(asking, other, { code: 'busy', upTo: 0, retryMs: 1_000_000 })
    expect(asking.notBefore).toBe(RETRY_MS_MAX)
  })

  test('that had answered all is not waited for', () => {
    const asking = new Asking()
    queue(asking, wanted(1))
    const [range] = take(asking) as [OpenRange]
    settled(asking, range, { code: 'busy', upTo: 9, retryMs: 500 })
    expect(asking.isIdle).toBe(true)
    expect(asking.notBefore).toBe(Number.POSITIVE_INFINITY)
  })
})

test('a server with fewer places than ours is soon asked for no more than it has', () => {
  const asking = new Asking()
  queue(asking, wanted(2_000))
  const PLACES = 16
  let open: AskedRange[] = []
  let served = 0
  let refused = 0
  for (let ranges: AskedRange[] = take(asking); served < 2_000; ranges = take(asking)) {
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
