import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Log } from '../../src/log/index.ts'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { MemoryLogStore } from '../support/memory-log-store.ts'
import { MemoryPublishedKeyStore } from '../support/memory-published-key-store.ts'
import { MemorySelectionStore } from '../support/memory-selection-store.ts'
import { identityOf, openLog, TEST_NOW } from '../support/open-log.ts'
import type { SealedMessage } from '../../src/feed/index.ts'

const SEED = 20_260_101
const authors = [identityOf(2), identityOf(3)]
const [honest, forking] = authors.map((author) => chainOf(author, insights(6)))
const branch = chainOf(authors[1] ?? expect.fail(), insights(3, 'other'), forking?.[2])
const messages = [...(honest ?? []), ...(forking ?? []), ...branch]

/** Everything about a log that must not depend on the order in which it was told. */
async function stateOf(log: Log) {
  const asked = authors.map(({ author }) => ({ author, sequence: 3 }))
  const positions = await log.positions(asked)
  const effective = await Promise.all(messages.map(({ hash }) => log.message(hash)))
  return {
    root: Buffer.from((await log.root()).root).toString('hex'),
    positions,
    forks: (await log.forks(10)).map(({ author, forkedAt }) => ({ author, forkedAt })),
    inEffect: effective.filter((entry) => entry?.inEffect).map((entry) => ({ hash: entry?.hash, link: entry?.link })),
  }
}

/** Ingests in batches of random sizes. */
async function ingestInBatches(log: Log, order: readonly SealedMessage[], sizes: readonly number[]): Promise<void> {
  let at = 0
  for (let turn = 0; at < order.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    await log.ingest(order.slice(at, at + size).map(itemOf), 'peer')
    at += size
  }
}

function inMemory(): Log {
  return new Log({
    store: new MemoryLogStore(),
    selectionStore: new MemorySelectionStore(),
    publishedKeyStore: new MemoryPublishedKeyStore(),
    identity: identityOf(1),
    clock: () => TEST_NOW,
  })
}

const orders = fc.record({
  held: fc.shuffledSubarray(messages, { minLength: 1 }),
  sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
})

/** The same messages in another order. */
function reordered(order: readonly SealedMessage[], seed: number): SealedMessage[] {
  return [...order].sort((left, right) => weight(left, seed) - weight(right, seed))
}

function weight({ hash }: SealedMessage, seed: number): number {
  return (Number.parseInt(hash.slice(0, 7), 16) ^ seed) % 9973
}

describe('any order of arrival leaves the same log', () => {
  test('on SQLite', async () => {
    await fc.assert(
      fc.asyncProperty(orders, async ({ held, sizes, seed }) => {
        const one = openLog().log
        const two = openLog().log
        await ingestInBatches(one, held, sizes)
        await ingestInBatches(two, reordered(held, seed), [1])
        expect(await stateOf(two)).toEqual(await stateOf(one))
      }),
      { seed: SEED, numRuns: 60 },
    )
  })

  test('on another store, in memory, exactly as on SQLite', async () => {
    await fc.assert(
      fc.asyncProperty(orders, async ({ held, sizes, seed }) => {
        const one = openLog().log
        const two = inMemory()
        await ingestInBatches(one, held, sizes)
        await ingestInBatches(two, reordered(held, seed), [2])
        expect(await stateOf(two)).toEqual(await stateOf(one))
      }),
      { seed: SEED, numRuns: 60 },
    )
  })
})

test('the log publishes and reads on a store in memory', async () => {
  const log = inMemory()
  const [first, second] = await Promise.all([log.publish({ content: 1 }), log.publish({ content: 2 })])
  expect([first.sequence, second.sequence]).toEqual([1, 2])
  expect((await Array.fromAsync(log.read({ after: 0 }))).flat()).toHaveLength(2)
})
