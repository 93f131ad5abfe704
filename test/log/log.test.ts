import { describe, expect, test } from 'vitest'
import { LogError } from '../../src/log/index.ts'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { identityOf, openLog, TEST_NOW } from '../support/open-log.ts'
import type { Entry, MessageEntry } from '../../src/log/index.ts'

const PEER = 'a peer'

async function all(entries: AsyncIterable<Entry[]>): Promise<Entry[]> {
  return (await Array.fromAsync(entries)).flat()
}

function messagesOf(entries: Entry[]): MessageEntry[] {
  return entries.filter((entry) => entry.kind === 'message')
}

describe('publish', () => {
  test('gives sequences without a gap to drafts of one tick', async () => {
    const { log } = openLog()
    const entries = await Promise.all(insights(10).map((draft) => log.publish(draft)))
    expect(entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(entries[9]?.envelope.previous).toBe(entries[8]?.hash)
    expect(entries.every(({ link, inEffect }) => link === 'linked' && inEffect)).toBe(true)
  })

  test('refuses one bad draft of a tick and keeps the others', async () => {
    const { log } = openLog()
    const [good, bad, other] = await Promise.allSettled([
      log.publish({ content: { a: 1 } }),
      log.publish({ content: { a: 2 ** 53 } }),
      log.publish({ content: { a: 3 } }),
    ])
    expect(good.status).toBe('fulfilled')
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'LOG_DRAFT_INVALID' } })
    expect(other).toMatchObject({ status: 'fulfilled', value: { sequence: 2 } })
  })

  test('takes content of 65,536 bytes and refuses one byte more', async () => {
    const { log } = openLog()
    const fitting = 'x'.repeat(65_536 - '""'.length)
    await expect(log.publish({ content: fitting })).resolves.toMatchObject({ sequence: 1 })
    await expect(log.publish({ content: `${fitting}x` })).rejects.toMatchObject({ code: 'LOG_DRAFT_TOO_LARGE' })
  })

  test('is refused after close', async () => {
    const { log } = openLog()
    await log.close()
    await expect(log.publish({ content: 1 })).rejects.toThrow(LogError)
  })
})

describe('ingest', () => {
  const bob = identityOf(2)
  const chain = chainOf(bob, insights(5))
  const items = chain.map(itemOf)

  test('appends a chain and answers duplicates the second time', async () => {
    const { log } = openLog()
    const first = await log.ingest(items, PEER)
    expect(first).toEqual(items.map(() => ({ outcome: 'appended' })))
    expect(await log.ingest(items, PEER)).toEqual(items.map(() => ({ outcome: 'duplicate' })))
    expect(log.counts()).toEqual({ messages: 5, feeds: 1, forks: 0 })
  })

  test('keeps the signed text verbatim', async () => {
    const { log } = openLog()
    await log.ingest(items, PEER)
    for (const { hash, text, signature } of chain) {
      const entry = await log.message(hash)
      expect(entry?.text).toBe(text)
      expect(Buffer.from(entry?.signature ?? []).equals(signature)).toBe(true)
    }
  })

  test('links a gapped message when its predecessor arrives', async () => {
    const { log } = openLog()
    await log.ingest(
      [items[2], items[0]].map((item) => item ?? expect.fail()),
      PEER,
    )
    const third = chain[2]?.hash ?? ''
    expect((await log.message(third))?.link).toBe('gapped')
    expect(log.hasMissing()).toBe(true)
    await log.ingest(items.slice(1, 2), PEER)
    expect((await log.message(third))?.link).toBe('linked')
    expect(log.hasMissing()).toBe(false)
  })

  test('tells the ranges that are missing', async () => {
    const { log } = openLog()
    await log.ingest(
      [items[4], items[1]].map((item) => item ?? expect.fail()),
      PEER,
    )
    const [position] = await log.positions([{ author: bob.author, sequence: 2 }])
    expect(position).toMatchObject({ head: 5, hashAt: chain[1]?.hash })
    expect(position?.missing).toEqual([
      { from: 1, to: 1, reason: 'missing' },
      { from: 3, to: 4, reason: 'missing' },
    ])
    const from = async (missingFrom: number) =>
      (await log.positions([{ author: bob.author, sequence: 2, missingFrom }]))[0]?.missing.map(({ from }) => from)
    expect([await from(1), await from(2), await from(4), await from(5)]).toEqual([[1, 3], [3], [3], []])
  })

  test('a bad signature at a held sequence changes nothing', async () => {
    const { log } = openLog()
    await log.ingest(items, PEER)
    const rival = chainOf(bob, insights(1, 'rival')).map(itemOf)
    const forged = rival.map(({ text }) => ({ text, signature: new Uint8Array(64).fill(7) }))
    expect(await log.ingest(forged, PEER)).toEqual([{ error: 'FEED_SIGNATURE_INVALID' }])
    expect(log.counts()).toEqual({ messages: 5, feeds: 1, forks: 0 })
    expect(await log.forks(10)).toEqual([])
  })

  test('answers a bad item among good ones with its code', async () => {
    const { log } = openLog()
    const garbage = { text: Buffer.from('{}'), signature: new Uint8Array(64) }
    const results = await log.ingest([items[0] ?? expect.fail(), garbage, items[1] ?? expect.fail()], PEER)
    expect(results).toEqual([{ outcome: 'appended' }, { error: 'FEED_NOT_CANONICAL' }, { outcome: 'appended' }])
  })

  test('does not store what has expired', async () => {
    const { log, clock } = openLog()
    const expiring = chainOf(bob, [{ content: 1, expiresAt: '2026-06-01T00:00:00Z' }]).map(itemOf)
    clock.now = Date.UTC(2026, 5, 1)
    expect(await log.ingest(expiring, PEER)).toEqual([{ outcome: 'expired' }])
    clock.now -= 1
    expect(await log.ingest(expiring, PEER)).toEqual([{ outcome: 'appended' }])
  })
})

describe('forks', () => {
  const mallory = identityOf(3)
  const trunk = chainOf(mallory, insights(3))
  const left = chainOf(mallory, insights(3, 'left'), trunk.at(-1))
  const right = chainOf(mallory, insights(3, 'right'), trunk.at(-1))

  test('keep both messages as evidence and freeze the feed from there on', async () => {
    const { log } = openLog()
    await log.ingest([...trunk, ...left].map(itemOf), PEER)
    const results = await log.ingest(right.map(itemOf), PEER)
    expect(results.map((result) => 'outcome' in result && result.outcome)).toEqual(['forked', 'forked', 'forked'])
    expect(await log.message(right[0]?.hash ?? '')).toMatchObject({ sequence: 4, inEffect: false })
    expect(await log.message(left[0]?.hash ?? '')).toMatchObject({ sequence: 4, inEffect: false })
    expect(await log.message(trunk[2]?.hash ?? '')).toMatchObject({ sequence: 3, inEffect: true })
    const marks = (await all(log.read({ after: 0 }))).filter(({ kind }) => kind === 'forked')
    expect(marks).toMatchObject([{ author: mallory.author, sequence: 4 }])
    expect(await log.forks(10)).toMatchObject([
      { author: mallory.author, sequence: 3, hash: trunk[2]?.hash, forkedAt: 4 },
    ])
  })

  test('end at the same point and root whichever branch came first', async () => {
    const one = openLog().log
    const two = openLog({ seed: 9 }).log
    await one.ingest([...trunk, ...left, ...right].map(itemOf), PEER)
    await two.ingest([...right, ...left, ...trunk].reverse().map(itemOf), PEER)
    expect(await one.root()).toEqual(await two.root())
  })

  test('of our own feed end publishing', async () => {
    const { log } = openLog({ seed: 3 })
    await log.ingest([...trunk, ...left, ...right].map(itemOf), PEER)
    await expect(log.publish({ content: 1 })).rejects.toMatchObject({ code: 'LOG_FORKED', details: { sequence: 4 } })
  })
})

describe('rollback', () => {
  const own = chainOf(identityOf(1), insights(4))

  test('stops publishing when a peer proves more of our own feed than we hold', async () => {
    const { log } = openLog()
    await log.ingest(own.slice(3).map(itemOf), PEER)
    expect(log.ownFeed.isRolledBack()).toBe(true)
    await expect(log.publish({ content: 1 })).rejects.toMatchObject({ code: 'LOG_ROLLED_BACK' })
  })

  test('goes on behind the fetched feed once all of it is back', async () => {
    const { log } = openLog()
    await log.ingest(own.slice(3).map(itemOf), PEER)
    log.ownFeed.fetchedFrom(PEER)
    expect(log.ownFeed.isRolledBack()).toBe(true)
    await log.ingest(own.slice(0, 3).map(itemOf), PEER)
    log.ownFeed.fetchedFrom(PEER)
    await expect(log.publish({ content: 1 })).resolves.toMatchObject({ sequence: 5 })
  })

  test('is assumed when our own feed is imported, until any peer has given what it holds', async () => {
    const { log } = openLog()
    await log.ingest(own.map(itemOf), undefined)
    await expect(log.publish({ content: 1 })).rejects.toMatchObject({ code: 'LOG_ROLLED_BACK' })
    log.ownFeed.fetchedFrom(PEER)
    await expect(log.publish({ content: 1 })).resolves.toMatchObject({ sequence: 5 })
  })

  test('is held and released by whoever runs the node', async () => {
    const { log } = openLog()
    log.ownFeed.hold()
    await expect(log.publish({ content: 1 })).rejects.toMatchObject({ code: 'LOG_ROLLED_BACK' })
    await log.ingest(own.slice(3).map(itemOf), PEER)
    log.ownFeed.release()
    await expect(log.publish({ content: 1 })).resolves.toMatchObject({ sequence: 5 })
  })

  test('is not caused by our own messages coming back', async () => {
    const { log } = openLog()
    const entry = await log.publish({ content: 1 })
    await log.ingest([{ text: Buffer.from(entry.text), signature: entry.signature }], PEER)
    expect(log.ownFeed.isRolledBack()).toBe(false)
  })
})

describe('read', () => {
  test('gives everything in arrival order and ends', async () => {
    const { log } = openLog()
    await Promise.all(insights(700).map((draft) => log.publish(draft)))
    const entries = await all(log.read({ after: 0 }))
    expect(entries).toHaveLength(700)
    expect(entries.map(({ offset }) => offset)).toEqual(entries.map((_, index) => index + 1))
  })

  test('resumes behind a cursor', async () => {
    const { log } = openLog()
    await Promise.all(insights(5).map((draft) => log.publish(draft)))
    expect(messagesOf(await all(log.read({ after: 3 }))).map(({ sequence }) => sequence)).toEqual([4, 5])
  })

  test('waits at the end when live and sees what is appended then', async () => {
    const { log } = openLog()
    const reader = log.read({ after: 0, live: true })
    const next = reader.next()
    await log.publish({ content: 'late' })
    expect((await next).value).toMatchObject([{ sequence: 1 }])
    await reader.return(undefined)
  })

  test('ends a live read when its signal aborts or the log closes', async () => {
    const { log } = openLog()
    const aborting = new AbortController()
    const aborted = log.read({ after: 0, live: true, signal: aborting.signal }).next()
    const closed = log.read({ after: 0, live: true }).next()
    aborting.abort()
    expect(await aborted).toEqual({ done: true, value: undefined })
    await log.close()
    expect(await closed).toEqual({ done: true, value: undefined })
  })
})

test('a message received now carries the peer that gave it, our own none', async () => {
  const { log } = openLog()
  await log.ingest(chainOf(identityOf(2), insights(1)).map(itemOf), PEER)
  await log.publish({ content: 1 })
  const [theirs, ours] = messagesOf(await all(log.read({ after: 0 })))
  expect(theirs?.receivedFrom).toBe(PEER)
  expect(ours?.receivedFrom).toBeUndefined()
  expect(ours?.receivedAt).toBe(TEST_NOW)
})

test('when the database refuses, every caller whose messages stood in that slice is told, and nothing of it is held', async () => {
  const { log, database } = openLog()
  const large = { content: 'x'.repeat(60_000) }
  const chains = [2, 3].map((seed) =>
    chainOf(
      identityOf(seed),
      Array.from({ length: 40 }, () => large),
    ).map(itemOf),
  )
  await log.publish({ content: 1 })
  database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`)
  const results = await Promise.allSettled(chains.map((items) => log.ingest(items, PEER)))
  expect(results).toMatchObject([1, 2].map(() => ({ status: 'rejected', reason: { code: 'STORE_FULL' } })))
  expect(log.counts()).toMatchObject({ messages: 1, feeds: 1 })
  database.pragma('max_page_count = 1000000')
  expect(await log.ingest(chains[0] ?? [], PEER)).toEqual(Array(40).fill({ outcome: 'appended' }))
})

test('a peer that knows less of our own feed does not open publishing while another still gives it back', async () => {
  const { log } = openLog()
  const own = chainOf(identityOf(1), insights(8)).map(itemOf)
  await log.ingest(own.slice(0, 4), 'knows all')
  log.ownFeed.fetchedFrom('knows less')
  await expect(log.publish({ content: 1 })).rejects.toMatchObject({ code: 'LOG_ROLLED_BACK' })
  await log.ingest(own.slice(4), 'knows all')
  log.ownFeed.fetchedFrom('knows all')
  await expect(log.publish({ content: 1 })).resolves.toMatchObject({ sequence: 9 })
})
