import { describe, expect, test } from 'vitest'
import { StorageBudgets } from '../../../src/network/replicate/storage-budgets.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { nodeOf, pullBetween, rootsOf } from './pair.ts'
import type { Author } from '../../../src/feed/index.ts'
import type { StorageBudgetsInit } from '../../../src/network/replicate/storage-budgets.ts'

const HOUR_MS = 3_600_000
const NOW = 1_000_000
const AUTHOR = identityOf(1).author
const OTHER = identityOf(2).author
/** What a message takes beside its text. */
const OVERHEAD = 256

type Spent = Parameters<NonNullable<StorageBudgetsInit['onSpent']>>[0]

function open(authorBytes: number, peerBytes = 1e9) {
  const spent: Spent[] = []
  return { spent, budgets: new StorageBudgets({ authorBytes, peerBytes, onSpent: (what) => spent.push(what) }) }
}

describe('a budget', () => {
  test('of an author is spent by the last byte of it, told once, and back for an hour after an hour', () => {
    const { budgets, spent } = open(24_000)
    budgets.stored(AUTHOR, 'peer', 23_999 - OVERHEAD, NOW)
    expect(budgets.authorSpentSince(AUTHOR, NOW)).toBeUndefined()
    for (let times = 0; times < 2; times++) budgets.stored(AUTHOR, 'peer', 1, NOW)
    expect(budgets.authorSpentSince(AUTHOR, NOW)).toBe(NOW)
    expect(spent).toEqual([{ cause: 'author_budget', author: AUTHOR, peer: 'peer' }])
    expect(budgets.authorSpentSince(OTHER, NOW)).toBeUndefined()
    expect(budgets.authorSpentSince(AUTHOR, NOW + HOUR_MS - 1)).toBe(NOW)
    expect(budgets.authorSpentSince(AUTHOR, NOW + HOUR_MS)).toBeUndefined()
    budgets.stored(AUTHOR, 'peer', 200, NOW + HOUR_MS)
    expect(budgets.authorSpentSince(AUTHOR, NOW + HOUR_MS)).toBeUndefined()
  })

  test('of a peer covers all the authors that it brings', () => {
    const { budgets, spent } = open(1e9, 2_000)
    budgets.stored(AUTHOR, 'peer', 1_000 - OVERHEAD, NOW)
    expect(budgets.peerWaitMs('peer', NOW)).toBe(0)
    budgets.stored(OTHER, 'peer', 1_000 - OVERHEAD, NOW)
    expect(budgets.peerWaitMs('peer', NOW)).toBe(HOUR_MS)
    expect(budgets.peerWaitMs('another peer', NOW)).toBe(0)
    expect(spent).toEqual([{ cause: 'peer_budget', peer: 'peer' }])
  })

  test('is remembered of 16,384 authors; the one longest without a message is forgotten', () => {
    const { budgets } = open(1)
    const names = Array.from({ length: 16_384 }, (_, index) => `@${index}` as Author)
    budgets.stored(AUTHOR, 'peer', 1, NOW)
    for (const name of names.slice(1)) budgets.stored(name, 'peer', 1, NOW)
    expect(budgets.authorSpentSince(AUTHOR, NOW)).toBe(NOW)
    budgets.stored(OTHER, 'peer', 1, NOW)
    expect(budgets.authorSpentSince(AUTHOR, NOW)).toBeUndefined()
  })
})

describe('a pull', () => {
  /** A server with two feeds: one of 6 MiB, which is three times what may be on its way, and a short one. */
  async function server() {
    const node = nodeOf(9)
    const large = Array.from({ length: 400 }, (_, index) => ({ content: `${index}`.padEnd(16_000) }))
    const feeds = [chainOf(identityOf(1), large), chainOf(identityOf(2), insights(20))]
    for (const messages of feeds) await node.log.ingest(messages.map(itemOf), 'somebody')
    return node
  }

  test('takes an author up to the budget and the others whole, and with a greater budget loses nothing', async () => {
    const [from, to] = [await server(), nodeOf(10)]
    const { budgets, spent } = open(1_000_000)
    const first = await pullBetween(to, from, { budgets })
    expect(first.pullerError).toMatchObject({ code: 'REPLICATE_BUDGET_SPENT' })
    expect(spent).toMatchObject([{ cause: 'author_budget', author: AUTHOR, peer: 'peer-9' }])

    to.clock.now++
    const second = await pullBetween(to, from, { budgets })
    expect(second.pullerError).toBeUndefined()
    const [one, other] = await to.log.positions([AUTHOR, OTHER].map((author) => ({ author, sequence: 1 })))
    expect(other).toMatchObject({ head: 20, missing: [] })
    expect(to.log.counts().messages).toBeLessThan(350)
    expect(one?.head).toBeGreaterThan(0)
    const third = await pullBetween(to, from, { budgets })
    expect(third.traffic.payloadIn).toBe(0)

    await pullBetween(to, from, open(1e9))
    const [here, there] = await rootsOf(to, from)
    expect(here).toBe(there)
    expect(to.log.counts().messages).toBe(420)
  })

  test('asks again by itself when an hour has passed', async () => {
    const [from, to] = [await server(), nodeOf(10)]
    const { budgets } = open(1_000_000)
    await pullBetween(to, from, { budgets })
    to.clock.now++
    await pullBetween(to, from, { budgets })
    const before = to.log.counts().messages
    to.clock.now += HOUR_MS
    await pullBetween(to, from, { budgets })
    expect(to.log.counts().messages).toBeGreaterThan(before)
  })

  test('takes nothing from a peer whose budget is spent, and says when it will', async () => {
    const [from, to] = [await server(), nodeOf(10)]
    const { budgets } = open(1e9, 1_000_000)
    await pullBetween(to, from, { budgets })
    const before = to.log.counts().messages
    const again = await pullBetween(to, from, { budgets })
    expect(again.pullerError).toMatchObject({ code: 'REPLICATE_BUDGET_SPENT', details: { retryMs: HOUR_MS } })
    expect(to.log.counts().messages).toBe(before)
    await pullBetween(to, from, open(1e9))
    expect(to.log.counts().messages).toBe(420)
  })

  test('has no budget for our own feed', async () => {
    const [from, to] = [await server(), nodeOf(1)]
    await pullBetween(to, from, { budgets: open(10_000).budgets })
    const [own] = await to.log.positions([{ author: AUTHOR, sequence: 1 }])
    expect(own).toMatchObject({ head: 400, missing: [] })
  })
})
