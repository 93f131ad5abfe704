// Gossip between real nodes on loopback: what it brings, how, and when replicate brings the rest.

import { expect, test } from 'vitest'
import { decodePayload, encodePayload } from '../../../src/network/gossip/payload.ts'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openNetwork } from '../../support/open-network.ts'
import { lineOfThree, pulledBytes, untilFollowedByHeads, untilHeld, untilReached } from './nodes.ts'
import { rawGossiper } from './raw-gossiper.ts'
import type { OpenNetwork } from '../../support/open-network.ts'
import type { Line } from './nodes.ts'

/** Time that stands still: nothing that waits for its time ever happens. */
const still = () => 1_000_000

test('a message crosses a line of three nodes by gossip alone', async () => {
  const [a, b, c] = await lineOfThree()
  const { hash } = await a.log.publish({ content: 'across' })
  await untilHeld(c, hash)
  expect(a.network.gossip).toMatchObject({ published: 1, accepted: 0 })
  for (const { network } of [b, c])
    expect(network.gossip).toMatchObject({ accepted: 1, ignored: {}, rejected: {}, hints: 0 })
  expect(await pulledBytes(c)).toBe(0)
})

test('a payload of 16 KiB is pushed whole, a larger message is announced', async () => {
  const node = await openNetwork({ seed: 1 })
  const listener = await rawGossiper(2)
  await listener.dial(node.address)
  await untilReached([node, 1])
  const sizeOf = async (text: string): Promise<number> => {
    const count = listener.heard.length
    await node.log.publish({ content: text })
    await eventually(() => expect(listener.heard.length).toBe(count + 1))
    return listener.heard.at(-1)?.length ?? 0
  }
  // The first message names no predecessor; all later ones are equally long around their text.
  await sizeOf('first')
  const overhead = (await sizeOf('x'.repeat(15_000))) - 15_000
  expect(await sizeOf('x'.repeat(16_384 - overhead))).toBe(16_384)
  expect(decodePayload(listener.heard.at(-1) ?? new Uint8Array())?.kind).toBe('item')
  expect(await sizeOf('x'.repeat(16_385 - overhead))).toBeLessThan(200)
  expect(decodePayload(listener.heard.at(-1) ?? new Uint8Array())?.kind).toBe('announcement')
})

test('a message above 16 KiB is announced along the line, and fetched by each node from the one before', async () => {
  const [a, b, c] = await lineOfThree()
  const { hash } = await a.log.publish({ content: 'x'.repeat(20_000) })
  await untilHeld(c, hash)
  for (const { network } of [b, c]) expect(network.gossip).toMatchObject({ accepted: 1, hints: 1 })
  expect(await pulledBytes(c)).toBeLessThan(21_000)
})

test('a gap below a message that gossip brought is asked for at once', async () => {
  const middle = await openNetwork({ seed: 1 })
  const end = await openNetwork({ seed: 2, peers: [middle.address], clock: still })
  const source = await rawGossiper(3)
  await source.dial(middle.address)
  await untilReached([middle, 2], [end, 1])
  await untilFollowedByHeads([end, 1])
  const feed = chainOf(identityOf(9), insights(10))
  // As if they came from there: so it is not told of them.
  await middle.log.ingest(feed.slice(0, 9).map(itemOf), end.network.peerId)
  await source.say(encodePayload({ kind: 'item', ...itemOf(feed[9] as (typeof feed)[0]) }))
  await untilHeld(end, ...feed.map(({ hash }) => hash))
  expect(end.network.gossip).toMatchObject({ accepted: 1, hints: 1 })
})

test('what does not travel by gossip is told by heads, from node to node', async () => {
  const [a, , c] = await lineOfThree()
  const feed = chainOf(identityOf(9), insights(3))
  await a.log.ingest(feed.map(itemOf), 'elsewhere')
  await untilHeld(c, ...feed.map(({ hash }) => hash))
  expect(c.network.gossip).toMatchObject({ accepted: 0 })
})

test('a burst beyond the rate of gossip arrives whole', async () => {
  const [a, , c] = await lineOfThree()
  const burst = await Promise.all(Array.from({ length: 400 }, (_, index) => a.log.publish({ content: index })))
  await untilHeld(c, ...burst.map(({ hash }) => hash))
  expect(a.network.gossip?.published).toBeLessThan(400)
})

test('a node without push takes part in no gossip, and has everything after its next round', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address], push: false, intervalMs: 200 })
  const c = await openNetwork({ seed: 3, peers: [b.address] })
  const down = await a.log.publish({ content: 'down the line' })
  await untilHeld(b, down.hash)
  await untilHeld(c, down.hash)
  const up = await c.log.publish({ content: 'up the line' })
  await untilHeld(a, up.hash)
  expect(b.network.gossip).toBeUndefined()
  for (const { network } of [a, c]) expect(network.gossip).toMatchObject({ subscribers: 0, accepted: 0 })
})

test('a node that wants some feeds only leaves the topic, is followed by messages, and is heard', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address], clock: still })
  await untilReached([a, 1], [b, 1])
  b.log.selection.follow(a.identity.author)
  await untilReached([a, 0])
  const followed = await a.log.publish({ content: 'by the live stream' })
  await untilHeld(b, followed.hash)
  expect(b.network.gossip).toMatchObject({ accepted: 0 })
  const said = await b.log.publish({ content: 'to whoever takes part' })
  await untilHeld(a, said.hash)
  await eventually(() => expect(a.network.gossip).toMatchObject({ received: 1 }))

  b.log.selection.unfollow(a.identity.author)
  await untilReached([a, 1])
  const pushed = await a.log.publish({ content: 'by gossip again' })
  await untilHeld(b, pushed.hash)
  expect(b.network.gossip).toMatchObject({ accepted: 1 })
})

test('a node that takes no part lives on the messages of two peers, and on another when one of them goes', async () => {
  const servers = await Promise.all([1, 2, 3].map((seed) => openNetwork({ seed })))
  const [a, b, c] = servers as Line
  const selective = await openNetwork({ seed: 4 })
  selective.log.selection.follow(identityOf(9).author)
  for (const { address } of servers) selective.network.peers.add(address)
  await eventually(() => expect(selective.network.following).toEqual({ heads: 1, messages: 2 }))
  const feed = chainOf(identityOf(9), insights(4))
  const give = ({ log }: OpenNetwork, index: number) =>
    log.ingest(feed.slice(index, index + 1).map(itemOf), 'elsewhere')
  for (const [index, server] of servers.entries()) await give(server, index)
  await untilHeld(selective, ...feed.slice(0, 3).map(({ hash }) => hash))
  await a.network.stop()
  await b.network.stop()
  await eventually(() => expect(selective.network.following).toEqual({ heads: 0, messages: 1 }))
  await give(c, 3)
  await untilHeld(selective, ...feed.map(({ hash }) => hash))
})

test('every message reaches each of twelve nodes, in few copies', async () => {
  const nodes = [await openNetwork({ seed: 1 })]
  for (let seed = 2; seed <= 12; seed++) {
    // Each knows the one before it and one further back, so that there are several ways.
    const peers = [nodes.at(-1), nodes.at(-5)].flatMap((node) => (node === undefined ? [] : [node.address]))
    nodes.push(await openNetwork({ seed, peers }))
  }
  await eventually(() => {
    for (const { network } of nodes) expect(network.gossip?.subscribers).toBe(network.peers.list().length)
  })
  const hashes: string[] = []
  for (const { log } of nodes) hashes.push((await log.publish({ content: 'to all' })).hash)
  for (const node of nodes) await untilHeld(node, ...hashes)
  for (const { network } of nodes) {
    expect((network.gossip?.received ?? 0) / hashes.length).toBeLessThanOrEqual(8)
  }
})
