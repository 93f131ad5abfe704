import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { memberNode } from '../support/member-node.ts'
import type { Libp2p } from '@libp2p/interface'

/** Dials even when a connection stands. Whether a refusal comes during the dial or right after it is libp2p's business. */
async function dial(from: Libp2p, to: Libp2p): Promise<void> {
  await from.dial(to.getMultiaddrs(), { force: true }).catch(() => {})
}

async function untilConnected(node: Libp2p, to: Libp2p, count: number): Promise<void> {
  await eventually(() => expect(node.getConnections(to.peerId)).toHaveLength(count))
}

test('one identity holds two connections to us and no more, and others still come in', async () => {
  const [server, greedy, other] = [await memberNode(1), await memberNode(2), await memberNode(3)]
  for (let count = 0; count < 5; count++) await dial(greedy, server)
  await untilConnected(greedy, server, 2)
  expect(server.getConnections(greedy.peerId)).toHaveLength(2)
  await dial(other, server)
  await untilConnected(server, other, 1)
})

test('copies of one identity that dial at the same moment share its two places', async () => {
  const server = await memberNode(1)
  const copies = await Promise.all([2, 2, 2, 2, 2].map((seed) => memberNode(seed)))
  await Promise.all(copies.map((copy) => dial(copy, server)))
  await eventually(() => expect(copies.flatMap((copy) => copy.getConnections())).toHaveLength(2))
  expect(server.getConnections()).toHaveLength(2)
})

test('a place that became free is given again, and a connection that we opened takes none', async () => {
  const [server, peer] = [await memberNode(1), await memberNode(2)]
  await dial(server, peer)
  for (let count = 0; count < 2; count++) await dial(peer, server)
  await untilConnected(server, peer, 3)
  await server
    .getConnections(peer.peerId)
    .find(({ direction }) => direction === 'inbound')
    ?.close()
  await untilConnected(peer, server, 2)
  await dial(peer, server)
  await untilConnected(server, peer, 3)
})
