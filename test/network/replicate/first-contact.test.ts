// Two nodes that hold the same feeds but for a few, and have never met: what they say to find the few, with a trie and without.

import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createIdentity } from '../../../src/feed/index.ts'
import { TRIES_LENT_MAX } from '../../../src/network/replicate/constants.ts'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { holdBareFeeds } from './bare-feeds.ts'
import { nodeOf, pullBetween, pullOver, rootsOf } from './pair.ts'
import { ScriptedPeer } from './scripted-peer.ts'
import { wirePair } from './wire-pair.ts'
import type { Item } from '../../../src/feed/index.ts'
import type { Frame } from '../../../src/network/replicate/frames/frames.ts'
import type { Round } from '../../../src/network/replicate/puller/puller-steps.ts'
import type { Pull, TestNode } from './pair.ts'

const FEEDS = 10_000

/** So many feeds of one message each. */
function feedsOf(count: number): Item[] {
  return Array.from({ length: count }, (_, index) => {
    const seed = createHash('sha256').update(`first contact ${index}`).digest()
    return chainOf(createIdentity(seed), insights(1)).map(itemOf)
  }).flat()
}

/** A node that lacks some feeds of another; by default both use tries. */
async function strangers(
  feeds: number,
  differing: number,
  { puller = 1, server = 1 } = {},
): Promise<{ puller: TestNode; server: TestNode }> {
  const nodes = { puller: nodeOf(2, { trieFrom: puller }), server: nodeOf(1, { trieFrom: server }) }
  for (const node of Object.values(nodes)) holdBareFeeds(node, feeds - differing)
  await nodes.server.log.ingest(feedsOf(differing), 'somebody')
  return nodes
}

const NEVER = Number.POSITIVE_INFINITY

/** Bytes of all frames but those of messages. */
function bytesOf({ wires }: Pull): number {
  return wires.crossed.reduce((sum, { frame, bytes }) => sum + (frame.kind === 'messages' ? 0 : bytes), 0)
}

/** How often the puller spoke after the server had. */
function tripsOf({ wires: { crossed } }: Pull): number {
  return crossed.filter(({ from }, index) => from === 'puller' && crossed[index - 1]?.from !== from).length
}

const hasNodes = ({ wires }: Pull): boolean =>
  wires.crossed.some(({ frame }) => frame.kind === 'have' && frame.nodes !== undefined)

async function expectSynced(pull: Pull, { puller, server }: { puller: TestNode; server: TestNode }): Promise<void> {
  expect(pull).toMatchObject({ pullerError: undefined, serverError: undefined })
  const [theirs, ours] = await rootsOf(server, puller)
  expect(ours).toBe(theirs)
}

describe('10,000 feeds', () => {
  test.each([
    { differing: 1, bytesMax: 1_024, tripsMax: 6 },
    { differing: 100, bytesMax: 40_960, tripsMax: 8 },
  ])('of which $differing differ: kilobytes and few round trips', async ({ differing, bytesMax, tripsMax }) => {
    const nodes = await strangers(FEEDS, differing)
    const pull = await pullBetween(nodes.puller, nodes.server)
    await expectSynced(pull, nodes)
    expect(bytesOf(pull)).toBeLessThan(bytesMax)
    expect(tripsOf(pull)).toBeLessThanOrEqual(tripsMax)
    expect(pull.rounds[0]?.messages).toBe(differing)
  })

  test('and a second puller is told of what has arrived since', async () => {
    const { puller, server } = await strangers(FEEDS, 3)
    await pullBetween(puller, server)
    await server.log.ingest(chainOf(identityOf(9), insights(2)).map(itemOf), 'somebody')
    const second = nodeOf(3)
    holdBareFeeds(second, FEEDS - 3)
    const pull = await pullBetween(second, server)
    await expectSynced(pull, { puller: second, server })
    expect(bytesOf(pull)).toBeLessThan(4_096)
  })
})

describe('a list of heads is told', () => {
  test('to a puller that knows no trie', async () => {
    const nodes = await strangers(2_000, 2, { puller: NEVER })
    const pull = await pullBetween(nodes.puller, nodes.server)
    await expectSynced(pull, nodes)
    expect(pull.rounds[0]?.told).toBe(2_000)
  })

  test('by a server that knows no trie', async () => {
    const nodes = await strangers(2_000, 2, { server: NEVER })
    const pull = await pullBetween(nodes.puller, nodes.server)
    await expectSynced(pull, nodes)
    expect(pull.rounds[0]?.told).toBe(2_000)
  })

  test('when heads are compared in full', async () => {
    const nodes = await strangers(200, 2)
    const pull = await pullBetween(nodes.puller, nodes.server, { isFull: true })
    await expectSynced(pull, nodes)
    expect(pull.rounds[0]?.told).toBe(200)
  })

  test('to a puller with a hole, whose heads prove nothing', async () => {
    const nodes = await strangers(200, 2)
    const chain = chainOf(identityOf(9), insights(5)).map(itemOf)
    await nodes.server.log.ingest(chain, 'somebody')
    await nodes.puller.log.ingest(chain.slice(2), 'somebody')
    expect(hasNodes(await pullBetween(nodes.puller, nodes.server))).toBe(false)
    expect(nodes.puller.log.hasMissing()).toBe(false)
  })

  test('to a puller with less than half of the feeds', async () => {
    const { puller, server } = await strangers(100, 51)
    expect(hasNodes(await pullBetween(puller, server))).toBe(false)
    const half = await strangers(100, 50)
    expect(hasNodes(await pullBetween(half.puller, half.server))).toBe(true)
  })

  test('to a puller that selects, and what has arrived to one with a cursor', async () => {
    const selective = await strangers(200, 2)
    selective.puller.log.selection.follow(identityOf(9).author)
    expect(hasNodes(await pullBetween(selective.puller, selective.server))).toBe(false)
    const { puller, server } = await strangers(200, 2)
    expect(hasNodes(await pullBetween(puller, server))).toBe(true)
    await server.log.ingest(chainOf(identityOf(9), insights(1)).map(itemOf), 'somebody')
    const again = await pullBetween(puller, server)
    expect(hasNodes(again)).toBe(false)
    expect(again.rounds[0]?.told).toBe(1)
  })
})

test('a blocked feed is in no trie, from the moment of the block', async () => {
  const { puller, server } = await strangers(200, 2)
  const blocked = chainOf(identityOf(9), insights(1)).map(itemOf)
  await server.log.ingest(blocked, 'somebody')
  await server.tries.ours(true)
  server.log.selection.block(identityOf(9).author)
  expect(await pullBetween(puller, server)).toMatchObject({ pullerError: undefined, rounds: [{ messages: 2 }] })
  expect(puller.log.feedNumber(identityOf(9).author)).toBeUndefined()
  const other = nodeOf(3, { trieFrom: 1 })
  holdBareFeeds(other, 198)
  server.log.selection.unblock(identityOf(9).author)
  expect(await pullBetween(other, server)).toMatchObject({ pullerError: undefined, rounds: [{ messages: 3 }] })
})

test('tries of our own are given back: when a descent has ended, and when there is none', async () => {
  const { puller, server } = await strangers(200, 2)
  const stop = new AbortController()
  const rounds: Round[] = []
  const init = { live: 1 as const, signal: stop.signal, onRound: (round: Round) => rounds.push(round) }
  const pulls = Array.from({ length: TRIES_LENT_MAX + 1 }, (_, index) =>
    pullBetween(puller, { ...server, name: `server-${index}` }, init),
  )
  await eventually(async () => expect(rounds.length).toBe(pulls.length))
  const lent = Array.from({ length: TRIES_LENT_MAX }, (_, index) => puller.tries.lend(`another-${index}`, 200))
  expect(lent).not.toContain(undefined)
  stop.abort()
  const ended = await Promise.all(pulls)
  expect(ended.map(({ pullerError }) => pullerError)).toEqual(pulls.map(() => undefined))
  expect(ended.filter(hasNodes).length).toBe(TRIES_LENT_MAX)
})

test.each([1, 2] as const)('behind a descent the stream goes live %i', async (live) => {
  const nodes = await strangers(500, 5)
  const stop = new AbortController()
  const pulling = pullBetween(nodes.puller, nodes.server, { live, signal: stop.signal })
  await eventually(async () => expect(await rootsOf(nodes.puller)).toEqual(await rootsOf(nodes.server)))
  await nodes.server.log.ingest(chainOf(identityOf(9), insights(3)).map(itemOf), 'somebody')
  await eventually(async () => expect(await rootsOf(nodes.puller)).toEqual(await rootsOf(nodes.server)))
  stop.abort()
  const pull = await pulling
  expect(hasNodes(pull)).toBe(true)
  await expectSynced(pull, nodes)
})

describe('a server that fails in the middle of a descent', () => {
  /** Loses the stream when the puller asks for prefixes for the first time. */
  const losing = () =>
    wirePair({
      pass: (crossed) => crossed.every(({ frame }) => frame.kind !== 'want' || frame.prefixes?.length === 0),
    })

  test('is compared by its trie again, when it was the line', async () => {
    const { puller, server } = await strangers(500, 5)
    const lost = await pullBetween(puller, server, { wires: losing() })
    expect(lost.pullerError).toMatchObject({ code: 'REPLICATE_STREAM_LOST' })
    expect(hasNodes(await pullBetween(puller, server))).toBe(true)
  })

  test('is asked for all heads the next time, when it told nonsense', async () => {
    const { puller, server } = await strangers(500, 5)
    const wires = wirePair()
    const lying = new ScriptedPeer(wires.server)
    const ended = pullOver(wires.puller, puller, { peer: server.name })
    expect(await lying.hear('have')).toMatchObject({ takesTrie: true })
    const nodes = [Array.from({ length: 16 }, () => 'f'.repeat(16))]
    const telling: Frame = { kind: 'have', store: 'ff'.repeat(8), cursor: { offset: 1, check: 'ff'.repeat(8) } }
    lying.say({ ...telling, salt: 'ff'.repeat(8), nodes })
    expect((await lying.hear('want')).prefixes?.length).toBe(16)
    lying.say({ kind: 'have', nodes })
    expect(await ended).toMatchObject({ code: 'REPLICATE_FRAME_INVALID' })
    const pull = await pullBetween(puller, server)
    expect(hasNodes(pull)).toBe(false)
    await expectSynced(pull, { puller, server })
  })
})
