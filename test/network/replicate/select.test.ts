// Whatever a selective node selects and in whatever order messages reach it: it holds exactly what it asked for.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { nodeOf, pullBetween, rootsOf } from './pair.ts'
import type { Draft, SealedMessage } from '../../../src/feed/index.ts'
import type { TestNode } from './pair.ts'

const SEED = 20_260_101
const TAGS = ['ants', 'bees', 'cats'] as const
const identities = [11, 12, 13, 14].map(identityOf)

/** Feeds of some authors, some messages of which have tags. */
const feeds = fc
  .tuple(...identities.map(() => fc.array(fc.subarray([...TAGS]), { minLength: 1, maxLength: 8 })))
  .map((all) => all.map((each, at) => chainOf(identities[at] ?? expect.fail(), each.map(draft))))

function draft(tags: string[], at: number): Draft {
  return { content: `message ${at}`, tags }
}

interface Selected {
  follows: number[]
  topics: string[]
}

const selected = fc.record({ follows: fc.subarray([0, 1, 2, 3]), topics: fc.subarray([...TAGS]) })
const way = fc.record({
  live: fc.constantFrom(0 as const, 1 as const, 2 as const),
  isFull: fc.boolean(),
  from: fc.nat({ max: 1 }),
})

function select(node: TestNode, { follows, topics }: Selected): void {
  for (const at of follows) node.log.selection.follow(identities[at]?.author ?? expect.fail())
  for (const topic of topics) node.log.selection.addTopic(topic)
}

function isWanted({ author, tags }: SealedMessage, { follows, topics }: Selected): boolean {
  if (follows.length + topics.length === 0) return true
  const isFollowed = follows.some((at) => identities[at]?.author === author)
  return isFollowed || tags.some((tag) => topics.includes(tag))
}

async function held({ log }: TestNode): Promise<string[]> {
  const hashes: string[] = []
  for await (const entries of log.read({ after: 0 })) {
    for (const entry of entries) if (entry.kind === 'message') hashes.push(entry.hash)
  }
  return hashes.sort()
}

async function give(node: TestNode, messages: readonly SealedMessage[]): Promise<void> {
  await node.log.ingest(messages.map(itemOf), 'elsewhere')
}

/** Pulls until everything that the server had at the start and takes in meanwhile is here, or at least looked at. */
async function pullAll(
  node: TestNode,
  server: TestNode,
  later: readonly SealedMessage[],
  live: 0 | 1 | 2,
  isFull: boolean,
) {
  const stop = new AbortController()
  let rounds = 0
  const pulling = pullBetween(node, server, { live, isFull, signal: stop.signal, onRound: () => rounds++ })
  if (live === 0) {
    await pulling
    return give(server, later)
  }
  await eventually(() => (rounds > 0 ? undefined : Promise.reject(new Error('no round yet'))))
  await give(server, later)
  stop.abort()
  expect(await pulling).toMatchObject({ pullerError: undefined, serverError: undefined })
}

test('a selective node holds exactly what it asked for, whatever way messages take', async () => {
  const ways = fc.array(way, { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(feeds, selected, ways, fc.infiniteStream(fc.nat({ max: 2 })), async (all, scope, paths, draws) => {
      const node = nodeOf(1)
      const servers = [nodeOf(2), nodeOf(3)] as const
      select(node, scope)
      // Each message is with one server or both from the start, or comes to one later.
      const later: SealedMessage[][] = [[], []]
      for (const message of all.flat()) {
        const share = draws.next().value ?? 0
        if (share === 2) later[message.sequence % 2]?.push(message)
        else for (const server of servers.slice(share)) await give(server, [message])
      }
      for (const { live, isFull, from } of paths) {
        await pullAll(node, servers[from] ?? expect.fail(), later[from]?.splice(0) ?? [], live, isFull)
      }
      // Whoever pushes unasked changes nothing about it.
      await node.log.ingest(all.flat().map(itemOf), 'a pusher', { unasked: true })
      for (const server of servers) await pullBetween(node, server)
      const wanted = all.flat().filter((message) => isWanted(message, scope))
      expect(await held(node)).toEqual(wanted.map(({ hash }) => hash).sort())
      expect(node.log.hasMissing()).toBe(false)
    }),
    { seed: SEED, numRuns: 60 },
  )
}, 60_000)

test('whatever is selected one after the other, in the end everything is held that was asked for, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(feeds, fc.array(selected, { minLength: 1, maxLength: 4 }), async (all, scopes) => {
      const [node, server] = [nodeOf(1), nodeOf(2)]
      await give(server, all.flat())
      const wanted = new Set<string>()
      for (const scope of scopes) {
        const { follows, topics } = node.log.selection
        for (const author of follows) node.log.selection.unfollow(author)
        for (const topic of topics) node.log.selection.removeTopic(topic)
        select(node, scope)
        await pullBetween(node, server)
        for (const message of all.flat()) if (isWanted(message, scope)) wanted.add(message.hash)
        expect(await held(node)).toEqual([...wanted].sort())
      }
    }),
    { seed: SEED, numRuns: 40 },
  )
}, 60_000)

describe('topics', () => {
  const tagged = chainOf(identityOf(11), [['ants'], ['bees'], [], ['ants', 'bees']].map(draft))

  async function topicNode(...topics: string[]): Promise<{ node: TestNode; server: TestNode }> {
    const [node, server] = [nodeOf(1), nodeOf(2)]
    for (const topic of topics) node.log.selection.addTopic(topic)
    await give(server, tagged)
    await pullBetween(node, server)
    return { node, server }
  }

  test('what a server did not send is filtered: it is not missing, and nobody is asked for it', async () => {
    const { node, server } = await topicNode('ants')
    expect(await held(node)).toHaveLength(2)
    expect(node.log.hasMissing()).toBe(false)
    const [position] = await node.log.positions([{ author: tagged[0]?.author ?? expect.fail(), sequence: 4 }])
    expect(position).toMatchObject({ head: 4, isWanted: false, missing: [] })
    const again = await pullBetween(node, server, { isFull: true })
    expect(again.rounds).toEqual([{ told: 0, messages: 0 }])
  })

  test('another topic brings its own messages, and those held already do not come twice', async () => {
    const { node, server } = await topicNode('ants')
    node.log.selection.addTopic('cats')
    expect(await pullBetween(node, server)).toMatchObject({ rounds: [{ messages: 0 }] })
    node.log.selection.addTopic('bees')
    expect(await pullBetween(node, server)).toMatchObject({ rounds: [{ messages: 1 }] })
    expect(await held(node)).toHaveLength(3)
  })

  test('what one server sent does not come again from the next, what only that one has does', async () => {
    const { node } = await topicNode('ants')
    const [next, more] = [nodeOf(3), chainOf(identityOf(12), [['ants']].map(draft))]
    await give(next, [...tagged, ...more])
    expect(await pullBetween(node, next)).toMatchObject({ pullerError: undefined, rounds: [{ messages: 1 }] })
    expect(await held(node)).toHaveLength(3)
  })

  test('several servers at the same time send the past of a topic once', async () => {
    const [node, ...servers] = [nodeOf(1), nodeOf(2), nodeOf(3), nodeOf(4)]
    const past = chainOf(
      identityOf(12),
      Array.from({ length: 200 }, (_, at) => draft(['ants'], at)),
    )
    for (const server of servers) await give(server, past)
    node.log.selection.addTopic('ants')
    const pulls = await Promise.all(servers.map((server) => pullBetween(node, server)))
    expect(pulls.map(({ pullerError }) => pullerError)).toEqual([undefined, undefined, undefined])
    expect(pulls.reduce((sum, { rounds }) => sum + (rounds[0]?.messages ?? 0), 0)).toBe(past.length)
    expect(await held(node)).toHaveLength(past.length)
  })

  test('a follow asks for what was filtered, and its end stops asking', async () => {
    const { node, server } = await topicNode('ants')
    const author = tagged[0]?.author ?? expect.fail()
    node.log.selection.follow(author)
    expect(node.log.hasMissing()).toBe(true)
    node.log.selection.unfollow(author)
    expect(node.log.hasMissing()).toBe(false)
    node.log.selection.follow(author)
    await pullBetween(node, server)
    expect(await held(node)).toHaveLength(4)
    expect(node.log.hasMissing()).toBe(false)
  })
})

describe('blocks', () => {
  const [alice, bob] = [identityOf(11), identityOf(12)]
  const messages = [...chainOf(alice, insights(3)), ...chainOf(bob, insights(2))]

  test('a blocked feed is not fetched, and is when the block ends', async () => {
    const [node, server] = [nodeOf(1), nodeOf(2)]
    await give(server, messages)
    node.log.selection.block(alice.author)
    expect(await pullBetween(node, server)).toMatchObject({ rounds: [{ messages: 2 }] })
    node.log.selection.unblock(alice.author)
    expect(await pullBetween(node, server)).toMatchObject({ rounds: [{ messages: 3 }] })
    expect(await rootsOf(node)).toEqual(await rootsOf(server))
  })

  test('a block during a stream ends what comes of the feed, and its end brings it, though the stream was complete', async () => {
    const [node, server] = [nodeOf(1), nodeOf(2)]
    await give(server, messages.slice(0, 2))
    const stop = new AbortController()
    let rounds = 0
    const pulling = pullBetween(node, server, { live: 2, signal: stop.signal, onRound: () => rounds++ })
    await eventually(() => (rounds > 0 ? undefined : Promise.reject(new Error('no round yet'))))
    node.log.selection.block(alice.author)
    await give(server, messages.slice(2))
    await eventually(async () => {
      if ((await held(node)).length < 4) throw new Error('not yet')
    })
    node.log.selection.unblock(alice.author)
    stop.abort()
    await pulling
    expect(await held(node)).toHaveLength(4)
    await pullBetween(node, server)
    expect(await held(node)).toHaveLength(5)
  })

  test('a node passes on nothing of a feed it blocks, and again when the block ends', async () => {
    const [node, server] = [nodeOf(1), nodeOf(2)]
    await give(server, messages)
    server.log.selection.block(alice.author)
    expect(await pullBetween(node, server)).toMatchObject({ rounds: [{ told: 1, messages: 2 }] })
    expect(await rootsOf(node)).toEqual(await rootsOf(server))
    expect((await server.log.range({ author: alice.author, from: 1, to: 9, bytesMax: 1000 })).length).toBe(0)
    server.log.selection.unblock(alice.author)
    expect(await pullBetween(node, server, { isFull: true })).toMatchObject({ rounds: [{ messages: 3 }] })
  })

  test('what is held of a blocked feed is not counted, and is again when the block ends', async () => {
    const { log } = nodeOf(1)
    await log.ingest(messages.map(itemOf), 'elsewhere')
    log.selection.block(alice.author)
    expect(await log.shownCounts()).toEqual({ messages: 2, feeds: 1, forks: 0 })
    expect(log.counts()).toEqual({ messages: 5, feeds: 2, forks: 0 })
    log.selection.unblock(alice.author)
    expect(await log.shownCounts()).toEqual({ messages: 5, feeds: 2, forks: 0 })
  })
})
