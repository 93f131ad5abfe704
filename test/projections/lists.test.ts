import { describe, expect, test } from 'vitest'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { identityOf, TEST_NOW } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { openWithProjections, sequences } from './open-projections.ts'
import type { Draft } from '../../src/feed/index.ts'

const bob = identityOf(2)
const carol = identityOf(3)
const HASH = 'ab'.repeat(32)

describe('a list of everything', () => {
  test('has the newest message first', async () => {
    const { publish, list, clock } = openWithProjections()
    for (let second = 0; second < 3; second++) {
      clock.now = TEST_NOW + second * 1000
      await publish({ content: second })
    }
    expect(sequences(await list())).toEqual([3, 2, 1])
  })

  test('is in the order of arrival where times are equal', async () => {
    const { publish, list } = openWithProjections()
    await publish(...insights(4))
    expect(sequences(await list())).toEqual([4, 3, 2, 1])
  })

  test('orders by the claimed time what came late', async () => {
    const { log, publish, list, settled, clock } = openWithProjections()
    clock.now = TEST_NOW + 500
    await publish({ content: 'ours' })
    clock.now = TEST_NOW + 60_000
    await log.ingest(chainOf(bob, insights(2)).map(itemOf), 'peer')
    await settled()
    const { messages } = await list()
    expect(messages.map(({ author }) => author)).toEqual([bob.author, log.author, bob.author])
  })

  test('does not keep a message from the future on top', async () => {
    const { log, publish, list, settled, clock } = openWithProjections()
    clock.now = TEST_NOW - 3_600_000
    await log.ingest(chainOf(bob, insights(1)).map(itemOf), 'peer')
    clock.now += 1000
    await publish({ content: 'later' })
    await settled()
    const { messages } = await list()
    expect(messages.map(({ author }) => author)).toEqual([log.author, bob.author])
  })

  test('is empty on an empty log', async () => {
    const { list } = openWithProjections()
    expect(await list()).toEqual({ messages: [], states: new Map(), total: 0 })
  })

  test('leaves out one author when asked to', async () => {
    const { log, publish, list, settled } = openWithProjections()
    await publish({ content: 'ours' })
    await log.ingest(chainOf(bob, insights(2)).map(itemOf), 'peer')
    await settled()
    const { messages, total } = await list({ notAuthor: log.author })
    expect(messages.map(({ author }) => author)).toEqual([bob.author, bob.author])
    expect(total).toBe(2)
    expect((await list({ notAuthor: carol.author })).total).toBe(3)
  })

  test('gives messages as they were signed', async () => {
    const { publish, list } = openWithProjections()
    const [published] = await publish({ content: { b: 1, a: 'ü' } })
    const [listed] = (await list()).messages
    expect(listed?.text).toBe(published?.text)
    expect(listed?.hash).toBe(published?.hash)
    expect(Buffer.from(listed?.signature ?? []).equals(published?.signature ?? Buffer.alloc(0))).toBe(true)
  })
})

describe('filters', () => {
  const drafts: Draft[] = [
    { content: { type: 'insight' }, tags: ['a', 'b'] },
    { content: { type: 'insight' }, tags: ['a'], traceId: 't' },
    { content: { type: 'message' }, tags: ['a'], relates: HASH },
    { content: { type: 'message', in_reply_to: HASH } },
    { content: 'insight' },
  ]

  test.each([
    ['type', { contentType: 'insight' }, [2, 1]],
    ['tag', { tag: 'a' }, [3, 2, 1]],
    ['thread, in the envelope or in content', { relates: HASH }, [4, 3]],
    ['trace', { traceId: 't' }, [2]],
    ['two of them', { tag: 'a', contentType: 'insight' }, [2, 1]],
    ['all of them', { tag: 'a', contentType: 'message', relates: HASH }, [3]],
    ['what no message has', { tag: 'a', traceId: 'other' }, []],
    ['a name that is the start of another', { contentType: 'ins' }, []],
  ])('keep only messages with that %s', async (_, query, expected) => {
    const { log, publish, list } = openWithProjections()
    await publish(...drafts)
    const byTime = await list(query)
    expect([sequences(byTime), byTime.total]).toEqual([expected, expected.length])
    const byAuthor = await list({ ...query, author: log.author })
    expect([sequences(byAuthor), byAuthor.total]).toEqual([expected, expected.length])
    expect(await list({ ...query, author: bob.author })).toEqual({ messages: [], states: new Map(), total: 0 })
  })

  test('are values, never SQL', async () => {
    const { publish, list } = openWithProjections()
    await publish(...drafts)
    for (const value of [`'; DROP TABLE timeline_lists; --`, '%', '*', 'a\0b', '\n']) {
      expect((await list({ tag: value, contentType: value })).messages).toEqual([])
    }
    expect((await list()).total).toBe(5)
  })
})

describe('the feed of one author', () => {
  test('is in the order of sequence, whatever the times say', async () => {
    const { log, list, settled } = openWithProjections()
    const chain = chainOf(bob, insights(4))
    await log.ingest(
      [3, 0, 2, 1].map((index) => itemOf(chain[index] ?? expect.fail())),
      'peer',
    )
    await settled()
    const page = await list({ author: bob.author })
    expect([sequences(page), page.total]).toEqual([[4, 3, 2, 1], 4])
  })

  test('of nobody we know is empty', async () => {
    const { list, publish } = openWithProjections()
    await publish({ content: 1 })
    expect(await list({ author: carol.author })).toEqual({ messages: [], states: new Map(), total: 0 })
  })

  test('is our own when we ask for it', async () => {
    const { log, publish, list } = openWithProjections()
    await publish({ content: 1 })
    expect((await list({ author: log.author, notAuthor: log.author })).total).toBe(1)
  })
})

describe.each([
  ['by time', {}],
  ['by label', { contentType: 'insight' }],
  ['of one author', { author: identityOf(1).author }],
])('pages of a list %s', (_, query) => {
  test('follow each other without gap or repeat, also when messages arrive in between', async () => {
    const { publish, list, clock } = openWithProjections()
    await publish(...insights(5))
    const first = await list({ ...query, limit: 2 })
    clock.now += 1000
    await publish(...insights(3, 'late'))
    const second = await list({ ...query, limit: 2, after: first.next })
    const third = await list({ ...query, limit: 2, after: second.next })
    expect([first, second, third].map(sequences)).toEqual([[5, 4], [3, 2], [1]])
    expect(third.next).toBeUndefined()
  })

  test('can be skipped to', async () => {
    const { publish, list } = openWithProjections()
    await publish(...insights(5))
    expect(sequences(await list({ ...query, limit: 2, offset: 3 }))).toEqual([2, 1])
    expect(sequences(await list({ ...query, limit: 2, offset: 5 }))).toEqual([])
  })

  test('name a next one only when there is one', async () => {
    const { publish, list } = openWithProjections()
    await publish(...insights(3))
    expect((await list({ ...query, limit: 3 })).next).toBeUndefined()
    expect((await list({ ...query, limit: 2 })).next).toBeDefined()
  })

  test('refuse a cursor that no list gave', async () => {
    const { list } = openWithProjections()
    await expect(list({ ...query, after: 'nonsense' })).rejects.toMatchObject({ code: 'PROJECTION_CURSOR_INVALID' })
  })
})

describe('what has expired', () => {
  const expiring: Draft = { content: { type: 'insight' }, expiresAt: '2026-01-01T00:01:00Z' }

  test.each([
    ['the list of everything', {}],
    ['a filtered list', { contentType: 'insight' }],
    ['the feed of its author', { author: identityOf(1).author }],
    ['a filtered feed', { author: identityOf(1).author, contentType: 'insight' }],
    ['the list without another author', { notAuthor: bob.author }],
  ])('leaves %s at its time, count included', async (_, query) => {
    const { publish, list, clock } = openWithProjections()
    await publish(expiring, { content: { type: 'insight' } })
    clock.now = Date.UTC(2026, 0, 1, 0, 1) - 1
    const before = await list(query)
    expect([sequences(before), before.total]).toEqual([[2, 1], 2])
    clock.now += 1
    const after = await list(query)
    expect([sequences(after), after.total]).toEqual([[2], 1])
  })
})

describe('a fork', () => {
  test('takes what stands from its point on out of every list and count', async () => {
    const { log, list, settled } = openWithProjections()
    const trunk = chainOf(bob, insights(4))
    const branch = chainOf(bob, insights(1, 'other'), trunk[1])
    await log.ingest(trunk.map(itemOf), 'peer')
    await settled()
    expect((await list()).total).toBe(4)
    await log.ingest(branch.map(itemOf), 'peer')
    await settled()
    for (const query of [{}, { author: bob.author }, { contentType: 'insight' }]) {
      const page = await list(query)
      expect([sequences(page), page.total]).toEqual([[2, 1], 2])
    }
  })
})

test('a filtered list is counted to 10,000 and no further, an unfiltered one always', async () => {
  const { log, publish, list } = openWithProjections()
  await publish(...insights(10_000))
  expect((await list({ contentType: 'insight', limit: 1 })).total).toBe(10_000)
  await publish(...insights(1))
  expect((await list({ contentType: 'insight', limit: 1 })).total).toBeUndefined()
  expect((await list({ author: log.author, contentType: 'insight', limit: 1 })).total).toBeUndefined()
  expect((await list({ limit: 1 })).total).toBe(10_001)
  expect((await list({ author: log.author, limit: 1 })).total).toBe(10_001)
})

test('lists are read beside the main thread when the log is in a file', async () => {
  const { publish, list, projections, reader } = openWithProjections({ path: `${temporaryDirectory()}/egregore.db` })
  await publish(...insights(3))
  const page = await list({ contentType: 'insight', limit: 2 })
  expect([sequences(page), page.total]).toEqual([[3, 2], 3])
  await projections.stop()
  await reader.close()
})
