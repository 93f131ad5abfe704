import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HeldFeed, type Link } from './held-feed.ts'
import { vectorsOf } from './vector-files.ts'

interface PlacementVector {
  name: string
  forgotten?: [number, number]
  arrivals: (Link & { then: string })[]
  expect: { forked_at: number | null; linked: string[] }
}

describe('vectors of placement.json', () => {
  test.for(vectorsOf<PlacementVector>('placement.json').map((vector) => [vector.name, vector] as const))(
    '%s',
    ([, vector]) => {
      const feed = new HeldFeed(vector.forgotten)
      expect(vector.arrivals.map((arrival) => feed.take(arrival))).toEqual(vector.arrivals.map(({ then }) => then))
      expect({ forked_at: feed.forkedAt ?? null, linked: feed.linked() }).toEqual(vector.expect)
    },
  )
})

describe('laws', () => {
  test('whatever the order of arrival, the fork point and the links below it are the same', () => {
    fc.assert(
      fc.property(arrivals, ({ messages, order }) => {
        const feed = taken(order)
        expect(feed.forkedAt).toBe(forkPointOf(messages))
        expect(feed.linked()).toEqual(linkedOf(messages))
      }),
      { seed: 1, numRuns: 3000 },
    )
  })

  test('what is kept proves the same fork to whoever gets it from us', () => {
    fc.assert(
      fc.property(arrivals, ({ messages, order }) => {
        const kept = taken(order).kept()
        expect(taken(kept).forkedAt).toBe(forkPointOf(messages))
      }),
      { seed: 2, numRuns: 1000 },
    )
  })

  test('of a feed that is not forked every message is kept, and repeats change nothing', () => {
    fc.assert(
      fc.property(arrivals, ({ messages, order }) => {
        fc.pre(forkPointOf(messages) === undefined)
        const feed = taken([...order, ...order])
        expect(
          feed
            .kept()
            .map(({ hash }) => hash)
            .sort(),
        ).toEqual(messages.map(({ hash }) => hash).sort())
      }),
      { seed: 3, numRuns: 1000 },
    )
  })
})

/** Some messages of an author who signed a tree instead of a chain, and an order in which they arrive. */
const arrivals = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(), fc.boolean()), { minLength: 1, maxLength: 12 }),
    fc.array(fc.boolean(), { maxLength: 12 }),
  )
  .map(([growth, lost]) => treeOf(growth).filter((_, index) => lost[index] !== true))
  .chain((messages) =>
    fc.shuffledSubarray(messages, { minLength: messages.length }).map((order) => ({ messages, order })),
  )

/** Each new message follows the last one, or branches off at any earlier one. */
function treeOf(growth: readonly [number, boolean][]): Link[] {
  const messages: Link[] = []
  for (const [choice, doesBranch] of growth) {
    const parent = doesBranch && choice % 3 === 0 ? messages[choice % (messages.length + 1)] : messages.at(-1)
    const sequence = (parent?.sequence ?? 0) + 1
    messages.push({ sequence, hash: `m${messages.length}`, previous: parent?.hash ?? null })
  }
  return messages
}

function taken(order: readonly Link[]): HeldFeed {
  const feed = new HeldFeed()
  for (const message of order) feed.take(message)
  return feed
}

/** The definition (spec, Forks): the lowest sequence for which two hashes are known, signed or named as predecessor. */
function forkPointOf(messages: readonly Link[]): number | undefined {
  const known = new Map<number, Set<string>>()
  const add = (sequence: number, hash: string) => known.set(sequence, (known.get(sequence) ?? new Set()).add(hash))
  for (const { sequence, hash, previous } of messages) {
    add(sequence, hash)
    if (previous !== null) add(sequence - 1, previous)
  }
  const forks = [...known].filter(([, hashes]) => hashes.size > 1).map(([sequence]) => sequence)
  return forks.length === 0 ? undefined : Math.min(...forks)
}

function linkedOf(messages: readonly Link[]): string[] {
  const fork = forkPointOf(messages) ?? Number.POSITIVE_INFINITY
  const hashes = new Set(messages.map(({ hash }) => hash))
  return messages
    .filter(({ sequence, previous }) => sequence < fork && (previous === null || hashes.has(previous)))
    .sort((a, b) => a.sequence - b.sequence)
    .map(({ hash }) => hash)
}
