// Gossip between real nodes on loopback: what it brings, and what it does not let through.

import { expect, test, vi } from 'vitest'
import { openNetwork } from '../../support/open-network.ts'
import type { OpenNetwork } from '../../support/open-network.ts'

const patience = { timeout: 15_000, interval: 10 }

/** Nodes in a line: each knows the one before it. Resolves when gossip reaches along the whole line. */
async function line(length: number): Promise<OpenNetwork[]> {
  const nodes: OpenNetwork[] = []
  for (let seed = 1; seed <= length; seed++) {
    const before = nodes.at(-1)
    nodes.push(await openNetwork({ seed, peers: before === undefined ? [] : [before.address] }))
  }
  const neighbours = (index: number) => (index === 0 || index === length - 1 ? 1 : 2)
  await vi.waitFor(() => {
    for (const [index, { network }] of nodes.entries()) expect(network.gossip?.subscribers).toBe(neighbours(index))
  }, patience)
  return nodes
}

type Line = [OpenNetwork, OpenNetwork, OpenNetwork]

async function untilHeld({ log }: OpenNetwork, hash: string): Promise<void> {
  await vi.waitFor(async () => expect(await log.message(hash)).toBeDefined(), patience)
}

/** Messages that this node was sent as answers or by live streams. It is stopped for it: streams under way are not counted. */
async function pulledBytes({ network }: OpenNetwork): Promise<number> {
  await network.stop()
  return network.replication.traffic.payloadIn
}

test('a message crosses a line of three nodes by gossip alone', async () => {
  const [a, b, c] = (await line(3)) as Line
  const { hash } = await a.log.publish({ content: 'across' })
  await untilHeld(c, hash)
  expect(b.network.gossip).toMatchObject({ accepted: 1, ignored: {}, rejected: {} })
  expect(c.network.gossip).toMatchObject({ accepted: 1, ignored: {}, rejected: {} })
  expect(await pulledBytes(c)).toBe(0)
})

test('a message above 16 KiB is announced along the line, and fetched by everybody from the one before', async () => {
  const [a, b, c] = (await line(3)) as Line
  const { hash } = await a.log.publish({ content: 'x'.repeat(20_000) })
  await untilHeld(c, hash)
  for (const { network } of [b, c]) expect(network.gossip).toMatchObject({ accepted: 1, hints: 1 })
  expect(await pulledBytes(c)).toBeLessThan(21_000)
})

test('a node without push takes part in no gossip, and has everything after its next round', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address], push: false, intervalMs: 200 })
  const c = await openNetwork({ seed: 3, peers: [b.address] })
  const { hash } = await a.log.publish({ content: 'asked for' })
  await untilHeld(b, hash)
  await untilHeld(c, hash)
  expect(b.network.gossip).toBeUndefined()
  for (const { network } of [a, c]) expect(network.gossip).toMatchObject({ subscribers: 0, accepted: 0 })
})
