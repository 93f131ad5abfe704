// What becomes of a member that breaks the protocol, and of one that is only unlucky: real nodes, real connections.

import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { capabilityOf, discriminatorOf } from '../../../src/feed/index.ts'
import { encodePayload } from '../../../src/network/gossip/payload.ts'
import { openPubsub } from '../../../src/network/gossip/pubsub.ts'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { memberNode } from '../../support/member-node.ts'
import { identityOf } from '../../support/open-log.ts'
import { openNetwork } from '../../support/open-network.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import { hostilePeer } from './hostile-peer.ts'
import type { GossipSubComponents } from '@chainsafe/libp2p-gossipsub'
import type { Pubsub } from '../../../src/network/gossip/pubsub.ts'
import type { OpenNetwork } from '../../support/open-network.ts'

/** Not a frame: a body of one byte that is no field of ours. */
const NONSENSE = new Uint8Array([1, 0xff])

function stateOf({ network }: OpenNetwork, peerId: string): string | undefined {
  return network.peers.list().find((peer) => peer.peerId === peerId)?.state
}

test('a server that breaks the protocol is hung up on, banned at the third time, and not dialled again', async () => {
  const hostile = await hostilePeer(7, (peer) => peer.say(NONSENSE))
  const node = await openNetwork({ seed: 1, peers: [hostile.address] })
  await eventually(() => expect(stateOf(node, hostile.peerId)).toBe('banned'))
  expect(node.network.refusals).toMatchObject({ misconduct: 2, banned: 1 })
  expect(node.network.peers.list()).toMatchObject([
    { address: hostile.address, state: 'banned', ban: { code: 'REPLICATE_FRAME_INVALID', times: 1 } },
  ])
  expect(hostile.served).toBe(3)
  await eventually(() => expect(hostile.libp2p.getConnections()).toEqual([]))
})

test('a puller that breaks the protocol is banned, and let in again by hand', async () => {
  const node = await openNetwork({ seed: 1 })
  const hostile = await hostilePeer(7)
  for (let times = 0; times < 3; times++) {
    const stream = await hostile.open(node.address)
    stream.say(NONSENSE)
    await eventually(() => expect(hostile.libp2p.getConnections()).toEqual([]))
  }
  expect(stateOf(node, hostile.peerId)).toBe('banned')

  await hostile.dial(node.address).catch(() => {})
  await eventually(() => expect(node.network.lastRefusals[0]).toMatchObject({ cause: 'banned', peer: hostile.peerId }))
  await eventually(() => expect(hostile.libp2p.getConnections()).toEqual([]))

  await node.network.peers.pardon(hostile.peerId)
  await hostile.dial(node.address)
  await eventually(() => expect(stateOf(node, hostile.peerId)).toBe('live'))
})

test('a banned peer that we keep is dialled at once when its ban is lifted', async () => {
  const script = { isHostile: true }
  const hostile = await hostilePeer(7, (peer) => (script.isHostile ? peer.say(NONSENSE) : undefined))
  const node = await openNetwork({ seed: 1, peers: [hostile.address] })
  await eventually(() => expect(stateOf(node, hostile.peerId)).toBe('banned'))
  script.isHostile = false
  await node.network.peers.pardon(hostile.peerId)
  await eventually(() => expect(hostile.libp2p.getConnections()).toHaveLength(1))
})

test('a third stream is refused and counted, and the others stand', async () => {
  const node = await openNetwork({ seed: 1 })
  const hostile = await hostilePeer(7)
  const first = await hostile.open(node.address)
  await hostile.open(node.address)
  const surplus = await hostile.open(node.address)
  await eventually(() => expect(surplus.end).toBeDefined())
  expect(node.network.refusals.warned).toBe(1)
  expect(node.network.lastRefusals[0]).toMatchObject({ code: 'REPLICATE_TOO_MANY', peer: hostile.peerId })
  expect(first.end).toBeUndefined()

  expect(stateOf(node, hostile.peerId)).toBe('live')
})

test('a member that pushes what does not verify is hung up on for it', async () => {
  const node = await openNetwork({ seed: 1 })
  const topic = `/egregore/${discriminatorOf(capabilityOf('a test network'))}/feed/1`
  const opened: Pubsub[] = []
  const service = (components: GossipSubComponents) => {
    opened.push(openPubsub(components, { topic, clock: Date.now, onMessage: () => {} }))
    return opened[0] as Pubsub
  }
  const hostile = await memberNode(7, { gossip: { service } })
  const [pubsub] = opened
  pubsub?.subscribe(topic)
  await hostile.dial(node.network.multiaddrs.map((address) => multiaddr(address)))
  await eventually(() => expect(pubsub?.getSubscribers(topic)).toHaveLength(1))
  const [message] = chainOf(identityOf(7), insights(1))
  if (message === undefined) throw new Error('A chain of one has one.')
  await pubsub?.publish(topic, encodePayload({ kind: 'item', ...itemOf(message), signature: new Uint8Array(64) }))
  await eventually(() => expect(hostile.getConnections()).toEqual([]))
  expect(node.network.lastRefusals).toMatchObject([
    { cause: 'misconduct', code: 'FEED_SIGNATURE_INVALID', peer: hostile.peerId.toString() },
  ])
})

test('a ban outlives a restart', async () => {
  const path = `${temporaryDirectory()}/egregore.db`
  const hostile = await hostilePeer(7, (peer) => peer.say(NONSENSE))
  const before = await openNetwork({ seed: 1, path, peers: [hostile.address] })
  await eventually(() => expect(stateOf(before, hostile.peerId)).toBe('banned'))
  await before.network.stop()
  const again = await openNetwork({ seed: 1, path })
  expect(stateOf(again, hostile.peerId)).toBe('banned')
  await hostile.dial(again.address).catch(() => {})
  await eventually(() => expect(again.network.refusals.banned).toBe(1))
})

test('honest peers keep converging beside one that is banned', async () => {
  const hostile = await hostilePeer(7, (peer) => peer.say(NONSENSE))
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [hostile.address, a.address] })
  await eventually(() => expect(stateOf(b, hostile.peerId)).toBe('banned'))
  const { hash } = await a.log.publish({ content: 'heard all the same' })
  await eventually(async () => expect(await b.log.message(hash)).toBeDefined())
})

test('a peer that restarts again and again is never banned', async () => {
  const node = await openNetwork({ seed: 1 })
  for (let times = 0; times < 25; times++) {
    const unlucky = await openNetwork({ seed: 2, peers: [node.address] })
    await eventually(() => expect(stateOf(node, unlucky.network.peerId)).toBe('live'))
    await unlucky.network.stop()
  }
  expect(node.network.peers.bans()).toEqual([])
  expect(node.network.refusals).toMatchObject({ misconduct: 0, banned: 0 })
})

test('a peer whose streams are cut in the middle is never banned', async () => {
  const unlucky = await hostilePeer(7, (peer, stream) => {
    // The beginning of a frame, then nothing.
    peer.say(new Uint8Array([200, 1, 10]))
    stream.abort(new Error('the line is bad'))
  })
  const node = await openNetwork({ seed: 1, peers: [unlucky.address] })
  // Three breaches would ban.
  await eventually(() => expect(unlucky.served).toBeGreaterThan(3))
  expect(node.network.peers.bans()).toEqual([])
  expect(stateOf(node, unlucky.peerId)).toBe('live')
})
