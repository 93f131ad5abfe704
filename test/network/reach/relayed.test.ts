import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { expect, onTestFinished, test } from 'vitest'
import { capabilityOf } from '../../../src/feed/index.ts'
import { capabilityGate, Gates, Keyring } from '../../../src/network/capability/index.ts'
import { eventually } from '../../support/eventually.ts'
import { openNetwork, SILENT } from '../../support/open-network.ts'
import type { ConnectionEncrypter, Libp2p } from '@libp2p/interface'
import type { OpenNetwork } from '../../support/open-network.ts'

/** The address under which a relay carries a node, once it does. */
async function untilCarried(node: OpenNetwork, relay: OpenNetwork): Promise<string> {
  await eventually(() => expect(node.network.reach.relays).toEqual([relay.network.peerId]))
  return node.network.multiaddrs.find((address) => address.includes('/p2p-circuit')) ?? expect.fail()
}

async function untilHeld(node: OpenNetwork, hash: string): Promise<void> {
  await eventually(async () => expect(await node.log.message(hash)).toBeDefined())
}

test('a node is reached through a relay, and both ends sync over it', async () => {
  const relay = await openNetwork({ seed: 1, relay: true })
  const a = await openNetwork({ seed: 2, reach: true, peers: [relay.address] })
  const address = await untilCarried(a, relay)
  expect(a.network.reach.reachable).toBe('relayed')
  const b = await openNetwork({ seed: 3, reach: true, peers: [address] })
  const row = { address, state: 'live', path: 'relayed', peerId: a.network.peerId }
  await eventually(() => expect(b.network.peers.list()).toContainEqual(expect.objectContaining(row)))
  const [fromA, fromB] = [await a.log.publish({ content: 'a' }), await b.log.publish({ content: 'b' })]
  await Promise.all([untilHeld(b, fromA.hash), untilHeld(a, fromB.hash)])
})

test('more passes through a relay than libp2p’s own limit for one line, 128 KiB', async () => {
  const relay = await openNetwork({ seed: 1, relay: true })
  const a = await openNetwork({ seed: 2, reach: true, peers: [relay.address] })
  const content = 'x'.repeat(60_000)
  const hashes: string[] = []
  for (let count = 0; count < 10; count++) hashes.push((await a.log.publish({ content: `${count}${content}` })).hash)
  const b = await openNetwork({ seed: 3, reach: true, peers: [await untilCarried(a, relay)] })
  for (const hash of hashes) await untilHeld(b, hash)
})

test('a relay that comes back carries its members again', async () => {
  const relay = await openNetwork({ seed: 1, relay: true })
  const a = await openNetwork({ seed: 2, reach: true, peers: [relay.address] })
  await untilCarried(a, relay)
  const { port } = relay.network
  await relay.network.stop()
  await eventually(() => expect(a.network.reach.relays).toEqual([]))
  expect(a.network.multiaddrs.some((address) => address.includes('/p2p-circuit'))).toBe(false)
  const again = await openNetwork({ seed: 1, relay: true, port })
  await untilCarried(a, again)
})

test('a node that does not want to be carried asks no relay', async () => {
  const relay = await openNetwork({ seed: 1, relay: true })
  const a = await openNetwork({ seed: 2, reach: true, peers: [relay.address] })
  const b = await openNetwork({ seed: 3, reach: false, peers: [relay.address] })
  await untilCarried(a, relay)
  await eventually(() => expect(b.network.peers.list()).toMatchObject([{ state: 'live' }]))
  expect(b.network.reach).toEqual({ reachable: 'unknown', relays: [] })
})

test('a relay of another network carries nobody, says why, and others go on', async () => {
  const foreign = await openNetwork({ seed: 1, relay: true, networkKeys: ['another network'] })
  const relay = await openNetwork({ seed: 2, relay: true })
  const a = await openNetwork({ seed: 3, reach: true, peers: [foreign.address, relay.address] })
  await untilCarried(a, relay)
  await eventually(() => expect(a.network.peers.list()[0]?.lastError).toMatch(/network key/))
})

test('the gate runs end to end: who passes the relay’s and has not the key at the other end is refused there', async () => {
  const relay = await openNetwork({ seed: 1, relay: true })
  const a = await openNetwork({ seed: 2, reach: true, peers: [relay.address] })
  const address = multiaddr(await untilCarried(a, relay))
  const smuggled = await memberForOne(relay)
  await expect(smuggled.dial(address)).rejects.toThrow()
  await eventually(() => expect(a.network.refusals.wrong_key).toBe(1))
  expect(smuggled.getConnections().map(({ remotePeer }) => remotePeer.toString())).toEqual([relay.network.peerId])
  expect(a.network.peers.list().map(({ peerId }) => peerId)).toEqual([relay.network.peerId])
})

/** A node that proves the network key to one peer, and another key to everybody else. */
async function memberForOne({ network }: OpenNetwork): Promise<Libp2p> {
  const gateOf = (key: string) =>
    capabilityGate({
      keyring: new Keyring([capabilityOf(key)], Date.now),
      gates: new Gates(),
      onRefusal: () => {},
      log: SILENT,
    })
  const node = await createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(9)),
    transports: [tcp(), circuitRelayTransport()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
    connectionEncrypters: [
      (components): ConnectionEncrypter => {
        const [right, wrong] = [gateOf('a test network')(components), gateOf('another network')(components)]
        const forPeer = (peer: unknown) => (String(peer) === network.peerId ? right : wrong)
        return {
          protocol: right.protocol,
          secureOutbound: (connection, options) => forPeer(options?.remotePeer).secureOutbound(connection, options),
          secureInbound: (connection, options) => wrong.secureInbound(connection, options),
        }
      },
    ],
  })
  onTestFinished(() => node.stop())
  return node
}
