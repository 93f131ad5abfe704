// What forgetting leaves behind: on SQLite, and on a store in memory, which share nothing but the type.

import { describe, expect, test } from 'vitest'
import { Log } from '../../src/log/index.ts'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { MemoryLogStore } from '../support/memory-log-store.ts'
import { MemoryPublishedKeyStore } from '../support/memory-published-key-store.ts'
import { MemorySelectionStore } from '../support/memory-selection-store.ts'
import { identityOf, openLog, TEST_NOW } from '../support/open-log.ts'
import type { SealedMessage } from '../../src/feed/index.ts'
import type { Entry, LogStore } from '../../src/log/index.ts'

const PEER = 'a peer'
const [own, bob] = [identityOf(1), identityOf(2)]
const chain = chainOf(bob, insights(10))
const { author } = bob

interface Opened {
  log: Log
  store: LogStore
  clock: { now: number }
}

const STORES: Record<string, () => Opened> = {
  SQLite: openLog,
  memory: () => {
    const [store, clock] = [new MemoryLogStore(), { now: TEST_NOW }]
    const selectionStore = new MemorySelectionStore()
    const publishedKeyStore = new MemoryPublishedKeyStore()
    const log = new Log({ store, selectionStore, publishedKeyStore, identity: own, clock: () => clock.now })
    return { log, store, clock }
  },
}

function message(sequence: number, of: readonly SealedMessage[] = chain): SealedMessage {
  return of.find((one) => one.sequence === sequence) ?? expect.fail(`no message ${sequence}`)
}

async function take(log: Log, messages: readonly SealedMessage[]): Promise<unknown[]> {
  const results = await log.ingest(messages.map(itemOf), PEER)
  return results.map((result) => ('outcome' in result ? result.outcome : result.error))
}

async function entries(log: Log, after = 0): Promise<Entry[]> {
  return (await Array.fromAsync(log.read({ after }))).flat()
}

async function held(log: Log): Promise<number[]> {
  const all = await log.range({ author, from: 1, to: Number.MAX_SAFE_INTEGER, bytesMax: 1e9 })
  return all.map(({ sequence }) => sequence)
}

async function marks(log: Log): Promise<string[]> {
  return (await entries(log)).flatMap((entry) => (entry.kind === 'forgotten' ? [`${entry.from}-${entry.to}`] : []))
}

function holes({ store }: Opened): string[] {
  const feed = store.feed(author) ?? expect.fail('no feed')
  return store.holesBetween(feed, 1, Number.MAX_SAFE_INTEGER).map(({ from, to, reason }) => `${from}-${to} ${reason}`)
}

describe.each(Object.entries(STORES))('forget, on %s', (_, open) => {
  test('removes messages, answers how many and how long, and counts them out', async () => {
    const { log } = open()
    await take(log, chain)
    const bytes = Buffer.byteLength(message(2).text) + Buffer.byteLength(message(3).text)
    expect(await log.forget([{ author, from: 2, to: 3 }])).toEqual({ messages: 2, bytes })
    expect(await held(log)).toEqual([1, 4, 5, 6, 7, 8, 9, 10])
    expect(await log.message(message(2).hash)).toBeUndefined()
    expect(log.counts()).toEqual({ messages: 8, feeds: 1, forks: 0 })
  })

  test('does not take again what it removed, nor miss it', async () => {
    const { log } = open()
    await take(log, chain)
    await log.forget([{ author, from: 2, to: 3 }])
    expect(await take(log, chain.slice(0, 4))).toEqual(['duplicate', 'forgotten', 'forgotten', 'duplicate'])
    expect(log.hasMissing()).toBe(false)
    expect((await log.positions([{ author, sequence: 10 }]))[0]).toMatchObject({ missing: [] })
  })

  test('does not take what never came of a forgotten range', async () => {
    const { log } = open()
    await take(log, [message(1), message(5), message(6)])
    expect(log.hasMissing()).toBe(true)
    await log.forget([{ author, from: 2, to: 5 }])
    expect(log.hasMissing()).toBe(false)
    expect(await take(log, [message(3)])).toEqual(['forgotten'])
  })

  test('leaves what is missing beside the range missing', async () => {
    const opened = open()
    await take(opened.log, [message(1), message(5), message(10)])
    await opened.log.forget([{ author, from: 3, to: 7 }])
    expect(holes(opened)).toEqual(['2-2 missing', '3-7 forgotten', '8-9 missing'])
    expect(await take(opened.log, chain.slice(0, 9))).toEqual([
      'duplicate',
      'appended',
      ...Array(5).fill('forgotten'),
      'appended',
      'appended',
    ])
  })

  test('keeps one hole and one mark for all that is forgotten side by side', async () => {
    const opened = open()
    const { log } = opened
    await take(log, chain)
    await log.forget([{ author, from: 2, to: 3 }])
    await log.forget([{ author, from: 6, to: 7 }])
    expect(await marks(log)).toEqual(['2-3', '6-7'])
    await log.forget([{ author, from: 4, to: 5 }])
    expect(holes(opened)).toEqual(['2-7 forgotten'])
    expect(await marks(log)).toEqual(['2-7'])
  })

  test('writes nothing for a range that is forgotten already', async () => {
    const { log } = open()
    await take(log, chain)
    await log.forget([{ author, from: 2, to: 7 }])
    const before = log.cursor()
    expect(await log.forget([{ author, from: 3, to: 5 }])).toEqual({ messages: 0, bytes: 0 })
    expect(log.cursor()).toEqual(before)
  })

  test('tells readers by a mark at the end of the log', async () => {
    const { log } = open()
    await take(log, chain)
    const { offset } = log.cursor()
    await log.forget([{ author, from: 1, to: 3 }])
    expect(await entries(log, offset)).toEqual([
      { kind: 'forgotten', offset: offset + 1, feed: expect.any(Number), author, from: 1, to: 3 },
    ])
  })

  test('leaves head and root as they were, also when the head is forgotten, and says the floor', async () => {
    const { log } = open()
    await take(log, chain)
    const heads = () => log.heads({ arrivedAfter: 0, after: undefined, limit: 10 })
    const [root, [head]] = [await log.root(), await heads()]
    await log.forget([{ author, from: 1, to: 4 }])
    expect([await log.root(), await heads()]).toEqual([root, [{ ...head, floor: 5 }]])
    await log.forget([{ author, from: 5, to: 10 }])
    expect([await log.root(), await heads()]).toEqual([root, [{ ...head, floor: 11 }]])
    expect(await held(log)).toEqual([])
  })

  test('links what arrives behind a forgotten head, whose hash is known', async () => {
    const { log } = open()
    await take(log, chain.slice(0, 9))
    await log.forget([{ author, from: 1, to: 9 }])
    expect(await take(log, [message(10)])).toEqual(['appended'])
    expect((await log.message(message(10).hash))?.link).toBe('linked')
  })

  test('sees a fork behind a forgotten head', async () => {
    const { log } = open()
    await take(log, chain.slice(0, 9))
    await log.forget([{ author, from: 9, to: 9 }])
    const [branch] = chainOf(bob, insights(1, 'branch'), { sequence: 9, hash: 'ab'.repeat(32) })
    expect(await take(log, [branch ?? expect.fail()])).toEqual(['forked'])
    expect(log.counts().forks).toBe(1)
  })

  test('forgets nothing beyond the head and nothing of a feed that is not known', async () => {
    const opened = open()
    await take(opened.log, chain.slice(0, 3))
    await opened.log.forget([
      { author, from: 3, to: 8 },
      { author: identityOf(9).author, from: 1, to: 5 },
    ])
    expect(holes(opened)).toEqual(['3-3 forgotten'])
    expect(await take(opened.log, [message(4)])).toEqual(['appended'])
    expect(opened.log.counts().feeds).toBe(1)
  })

  test('keeps the evidence of a fork and lets the rest of the feed go', async () => {
    const { log, store } = open()
    const branch = chainOf(bob, insights(3, 'branch'), message(4))
    await take(log, [...chain, ...branch])
    const evidence = store.messagesAt(store.feed(author) ?? expect.fail(), 5)
    expect(evidence).toHaveLength(2)
    await log.forget([{ author, from: 1, to: 10 }])
    expect(store.messagesAt(store.feed(author) ?? expect.fail(), 5)).toEqual(evidence)
    expect(await held(log)).toEqual([5, 5, 6, 6])
    expect(log.counts()).toMatchObject({ messages: 4, forks: 1 })
  })

  test('a used sequence is never given again, whatever was forgotten', async () => {
    const { log } = open()
    for (const draft of insights(5)) await log.publish(draft)
    const last = (await log.publish({ content: 'the last' })).hash
    await log.forget([{ author: log.author, from: 1, to: 6 }])
    expect(log.counts().messages).toBe(0)
    const next = await log.publish({ content: 'the next' })
    expect(next).toMatchObject({ sequence: 7, link: 'linked', envelope: { previous: last } })
  })

  test('recognises a cursor at an entry that was forgotten since, and none beyond the end', async () => {
    const { log } = open()
    await take(log, chain)
    const cursor = log.cursor()
    await log.forget([{ author, from: 1, to: 10 }])
    expect(log.recognises(cursor)).toBe(true)
    expect(log.recognises({ offset: log.cursor().offset + 1, check: cursor.check })).toBe(false)
  })

  test('a message expires: at its time it is found among the expired, and forgotten it does not come back', async () => {
    const { log, clock } = open()
    const expiring = chainOf(bob, [{ content: 'short', expiresAt: '2026-01-01T00:00:10Z' }, { content: 'long' }])
    await take(log, expiring)
    clock.now = TEST_NOW + 9_999
    expect(log.expired(10)).toEqual([])
    clock.now = TEST_NOW + 10_000
    expect(log.expired(10)).toEqual([{ author, from: 1, to: 1 }])
    await log.forget(log.expired(10))
    expect(log.expired(10)).toEqual([])
    clock.now = TEST_NOW
    expect(await take(log, expiring)).toEqual(['forgotten', 'duplicate'])
  })

  test('expired evidence of a fork is not to be forgotten', async () => {
    const { log, clock } = open()
    const [one, other] = ['one', 'other'].map((content) => ({ content, expiresAt: '2026-01-01T00:00:10Z' }))
    await take(log, [...chainOf(bob, [one ?? expect.fail()]), ...chainOf(bob, [other ?? expect.fail()])])
    clock.now = TEST_NOW + 60_000
    expect(log.expired(10)).toEqual([])
  })

  test('an abort leaves the beginning forgotten, whole', async () => {
    const opened = open()
    await take(opened.log, chain)
    const removed = await opened.log.forget([{ author, from: 1, to: 10 }], AbortSignal.abort())
    expect(removed).toEqual({ messages: 0, bytes: 0 })
    expect(await held(opened.log)).toHaveLength(10)
  })

  test('is refused when the log is closed', async () => {
    const { log } = open()
    await log.close()
    await expect(log.forget([])).rejects.toMatchObject({ code: 'LOG_CLOSED' })
  })
})

test('counts and holes are right after a long range, which takes many transactions', async () => {
  const opened = openLog()
  const { log } = opened
  const long = chainOf(bob, insights(2_000))
  await take(log, long)
  const live: string[] = []
  const stop = new AbortController()
  const reading = (async () => {
    for await (const batch of log.read({ after: log.cursor().offset, live: true, signal: stop.signal })) {
      for (const entry of batch) if (entry.kind === 'forgotten') live.push(`${entry.from}-${entry.to}`)
    }
  })()
  expect(await log.forget([{ author, from: 1, to: 1_990 }])).toMatchObject({ messages: 1_990 })
  stop.abort()
  await reading
  expect(live.at(-1)).toBe('1-1990')
  expect(await marks(log)).toEqual(['1-1990'])
  expect(log.counts().messages).toBe(10)
  expect(holes(opened)).toEqual(['1-1990 forgotten'])
})

test('while more is removed than fits into one transaction, the log says so', async () => {
  const { log } = openLog()
  await take(log, chainOf(bob, insights(1_000)))
  const forgetting = log.forget([{ author, from: 1, to: 1_000 }])
  expect(log.isForgetting).toBe(true)
  await forgetting
  expect(log.isForgetting).toBe(false)
  await log.forget([])
  expect(log.isForgetting).toBe(false)
})
