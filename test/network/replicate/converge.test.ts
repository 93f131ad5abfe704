// Whatever two logs hold, of whatever is missing and however often a feed was signed twice: pulling both ways makes their roots equal.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { nodeOf, pullBetween, rootsOf } from './pair.ts'
import type { SealedMessage } from '../../../src/feed/index.ts'
import type { TestNode } from './pair.ts'

/** Rounds in each direction after which roots must be equal. */
const ROUNDS_MAX = 6

/** A feed of two branches that part behind `fork`, and which messages of each branch the two nodes hold. */
interface Feed {
  messages: SealedMessage[]
  heldBy: [Set<number>, Set<number>]
}

const feed = (seed: number): fc.Arbitrary<Feed> =>
  fc
    .record({
      length: fc.integer({ min: 1, max: 90 }),
      fork: fc.integer({ min: 0, max: 90 }),
      second: fc.integer({ min: 0, max: 70 }),
    })
    .chain(({ length, fork, second }) => {
      const first = chainOf(identityOf(seed), insights(length))
      const parting = first[Math.min(fork, length) - 1]
      const other = chainOf(identityOf(seed), insights(second, 'other'), parting)
      const messages = [...first, ...other]
      const held = fc
        .tuple(density, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })))
        .map(([share, draws]) => {
          const sequence = draws[Symbol.iterator]()
          return new Set(messages.map((_, at) => at).filter(() => (sequence.next().value ?? 0) < share))
        })
      return fc.tuple(held, held).map((heldBy): Feed => ({ messages, heldBy }))
    })

/** Nothing, few, half, most, all. */
const density = fc.constantFrom(0, 0.1, 0.5, 0.9, 1)

const feeds = fc.tuple(feed(11), feed(12), feed(13))

test('two logs with random holes and branches reach equal roots, and then a reconnect tells nothing', async () => {
  await fc.assert(
    fc.asyncProperty(feeds, fc.boolean(), fc.constantFrom(1, 1_000), async (all, isShuffled, trieFrom) => {
      const nodes = [nodeOf(1, { trieFrom }), nodeOf(2, { trieFrom })] as const
      for (const [index, node] of nodes.entries()) await hold(node, all, index as 0 | 1, isShuffled)
      const rounds = await roundsUntilEqual(...nodes)
      expect(rounds).toBeLessThanOrEqual(ROUNDS_MAX)
      await expectQuietReconnect(...nodes)
    }),
    { numRuns: 40, seed: 20_260_101 },
  )
}, 120_000)

async function hold(node: TestNode, all: readonly Feed[], index: 0 | 1, isShuffled: boolean): Promise<void> {
  for (const { messages, heldBy } of all) {
    const held = messages.filter((_, at) => heldBy[index].has(at)).map(itemOf)
    await node.log.ingest(isShuffled ? held.toReversed() : held, 'elsewhere')
  }
}

async function roundsUntilEqual(left: TestNode, right: TestNode): Promise<number> {
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    for (const [to, from] of [
      [left, right],
      [right, left],
    ] as const) {
      const { pullerError, serverError, rounds } = await pullBetween(to, from)
      expect({ pullerError, serverError, rounds: rounds.length }).toEqual({
        pullerError: undefined,
        serverError: undefined,
        rounds: 1,
      })
    }
    const [ours, theirs] = await rootsOf(left, right)
    if (ours === theirs) return round
  }
  return Number.POSITIVE_INFINITY
}

async function expectQuietReconnect(left: TestNode, right: TestNode): Promise<void> {
  // A last exchange takes in what the round before changed on the other side.
  await pullBetween(left, right)
  await pullBetween(right, left)
  for (const [to, from] of [
    [left, right],
    [right, left],
  ] as const) {
    const { wires, rounds } = await pullBetween(to, from)
    expect(rounds).toEqual([{ told: 0, messages: 0 }])
    expect(wires.crossed.length).toBe(2)
  }
}
