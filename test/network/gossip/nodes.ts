// Real nodes that gossip, and what is waited for.

import { expect } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openNetwork } from '../../support/open-network.ts'
import type { OpenNetwork } from '../../support/open-network.ts'

export type Line = [OpenNetwork, OpenNetwork, OpenNetwork]

/** Three nodes, each of which knows the one before it, when gossip reaches along the whole line and streams carry heads alone. */
export async function lineOfThree(): Promise<Line> {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address] })
  const c = await openNetwork({ seed: 3, peers: [b.address] })
  await untilReached([a, 1], [b, 2], [c, 1])
  await untilFollowedByHeads([a, 1], [b, 2], [c, 1])
  return [a, b, c]
}

/** Waits until so many peers of each node take part. */
export async function untilReached(...expected: readonly [OpenNetwork, number][]): Promise<void> {
  await eventually(() => {
    for (const [{ network }, subscribers] of expected) expect(network.gossip?.subscribers).toBe(subscribers)
  })
}

/** Waits until the streams of these nodes to so many peers carry heads alone. */
export async function untilFollowedByHeads(...expected: readonly [OpenNetwork, number][]): Promise<void> {
  await eventually(() => {
    for (const [{ network }, heads] of expected) expect(network.following).toEqual({ heads, messages: 0 })
  })
}

export async function untilHeld({ log }: OpenNetwork, ...hashes: readonly string[]): Promise<void> {
  await eventually(async () => {
    for (const hash of hashes) expect(await log.message(hash)).toBeDefined()
  })
}

/** Bytes of messages that came by replicate. The network is stopped for it: streams under way are not counted. */
export async function pulledBytes({ network }: OpenNetwork): Promise<number> {
  await network.stop()
  return network.replication.traffic.payloadIn
}
