import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import multicastDns from 'multicast-dns'
import { expect, onTestFinished, test, vi } from 'vitest'
import { capabilityOf, discriminatorOf } from '../../../src/feed/index.ts'
import { questionFor } from '../../../src/network/discovery/lan-packets.ts'
import { serviceOf } from '../../../src/network/discovery/names.ts'
import { eventually } from '../../support/eventually.ts'
import { openNetwork, SILENT } from '../../support/open-network.ts'
import type { MulticastDNS } from 'multicast-dns'
import type { OpenNetwork } from '../../support/open-network.ts'

const NETWORK_KEY = 'a test network'
const SERVICE = serviceOf(discriminatorOf(capabilityOf(NETWORK_KEY)))

/** A UDP port that nobody else uses now; the tests of one machine must not meet on 5353. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** Somebody else on the LAN, who says what a test wants. */
function stranger(port: number): MulticastDNS {
  const line = multicastDns({ port, interface: '127.0.0.1', bind: '0.0.0.0' })
  onTestFinished(() => new Promise<void>((resolve) => line.destroy(resolve)))
  return line
}

/** Says that a peer is at an address, under the service name of the test network. */
function announce(line: MulticastDNS, peerId: string, address: string): void {
  const instance = `${peerId}.${SERVICE}`
  const common = { class: 'IN', ttl: 120 } as const
  line.respond([
    { ...common, name: SERVICE, type: 'PTR', data: instance },
    { ...common, name: instance, type: 'TXT', data: `dnsaddr=${address}/p2p/${peerId}` },
  ])
}

async function untilLive(node: OpenNetwork, other: OpenNetwork): Promise<void> {
  const peer = { peerId: other.network.peerId, source: 'mdns', state: 'live' }
  await eventually(() => expect(node.network.peers.list()).toContainEqual(expect.objectContaining(peer)))
}

test('two nodes find each other and sync, with no address given', async () => {
  const mdnsPort = await freePort()
  const a = await openNetwork({ seed: 1, mdnsPort })
  const b = await openNetwork({ seed: 2, mdnsPort })
  await Promise.all([untilLive(a, b), untilLive(b, a)])
  const { hash } = await a.log.publish({ content: 'found' })
  await eventually(async () => expect(await b.log.message(hash)).toBeDefined())
})

test('a node that was asked to leave the LAN alone is neither found nor finds', async () => {
  const mdnsPort = await freePort()
  const silent = await openNetwork({ seed: 1 })
  const [a, b] = [await openNetwork({ seed: 2, mdnsPort }), await openNetwork({ seed: 3, mdnsPort })]
  await untilLive(a, b)
  expect(silent.network.peers.list()).toEqual([])
  expect(a.network.peers.list()).toHaveLength(1)
})

test('nodes of two networks on one LAN do not even meet', async () => {
  const mdnsPort = await freePort()
  const other = await openNetwork({ seed: 1, mdnsPort, networkKeys: ['another network'] })
  const [a, b] = [await openNetwork({ seed: 2, mdnsPort }), await openNetwork({ seed: 3, mdnsPort })]
  await untilLive(a, b)
  expect(other.network.peers.list()).toEqual([])
  expect(a.network.peers.list()).toHaveLength(1)
})

test('a node with two network keys finds those who know either, and brings neither to the other', async () => {
  const mdnsPort = await freePort()
  const [old, fresh] = await Promise.all([
    openNetwork({ seed: 1, mdnsPort, networkKeys: ['the old key'] }),
    openNetwork({ seed: 3, mdnsPort, networkKeys: ['the new key'] }),
  ])
  const both = await openNetwork({ seed: 2, mdnsPort, networkKeys: ['the new key', 'the old key'] })
  await Promise.all([untilLive(both, old), untilLive(both, fresh)])
  for (const one of [old, fresh]) {
    expect(one.network.peers.list().map(({ peerId }) => peerId)).toEqual([both.network.peerId])
  }
})

test('a node of another network that is smuggled in by a forged answer is refused, and the others go on', async () => {
  const mdnsPort = await freePort()
  const smuggled = await openNetwork({ seed: 1, networkKeys: ['another network'] })
  const a = await openNetwork({ seed: 2, mdnsPort })
  announce(stranger(mdnsPort), smuggled.network.peerId, `/ip4/127.0.0.1/tcp/${smuggled.network.port}`)
  await eventually(() => {
    const refused = { source: 'mdns', lastError: expect.stringMatching(/network key/) }
    expect(a.network.peers.list()).toMatchObject([refused])
  })
  expect(smuggled.network.refusals.wrong_key).toBeGreaterThan(0)
  expect(smuggled.network.peers.list()).toEqual([])
  const b = await openNetwork({ seed: 3, mdnsPort })
  await untilLive(a, b)
})

test('an answer that puts a wrong identity at a true address connects nobody', async () => {
  const mdnsPort = await freePort()
  const [a, b] = [await openNetwork({ seed: 1, mdnsPort }), await openNetwork({ seed: 2 })]
  const absent = '12D3KooWC9PLN2NLLyyZZ9zBFYpcrFPgGUBJxVi8pbpLyJvXwZfr'
  announce(stranger(mdnsPort), absent, `/ip4/127.0.0.1/tcp/${b.network.port}`)
  await eventually(() => {
    expect(a.network.peers.list()).toMatchObject([{ peerId: absent, lastError: expect.stringMatching(/identity/) }])
  })
  expect(b.network.peers.list()).toEqual([])
})

test('a node survives nonsense on its port, and is found after it', async () => {
  const mdnsPort = await freePort()
  const a = await openNetwork({ seed: 1, mdnsPort })
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  for (let length = 0; length < 200; length++) {
    const bytes = Buffer.alloc(length, length % 7 === 0 ? 0xc0 : length)
    await new Promise((resolve) => socket.send(bytes, mdnsPort, '127.0.0.1', resolve))
  }
  const line = stranger(mdnsPort)
  for (const address of ['/ip4/127.0.0.1/tcp/0', '/nonsense', '', '/dns/evil.example/tcp/1'])
    announce(line, 'x', address)
  const b = await openNetwork({ seed: 2, mdnsPort })
  await untilLive(a, b)
})

test('whoever asks often is answered once a second', async () => {
  const mdnsPort = await freePort()
  const line = stranger(mdnsPort)
  let answers = 0
  line.on('response', () => answers++)
  await openNetwork({ seed: 1, mdnsPort, host: '127.0.0.1' })
  await eventually(() => expect(answers).toBeGreaterThan(0))
  const question = questionFor({ name: SERVICE, peerId: '' })
  for (let times = 0; times < 500; times++) await new Promise((resolve) => line.query(question, resolve))
  await eventually(() => expect(answers).toBeGreaterThan(1))
  expect(answers).toBeLessThan(50)
})

test('a port that cannot be used is said, and the node runs on without', async () => {
  const taken = createSocket('udp4').bind(0)
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const warned = vi.fn()
  const logger = { ...SILENT, warn: warned }
  const a = await openNetwork({ seed: 1, mdnsPort: taken.address().port, logger })
  await eventually(() => {
    const facts = expect.objectContaining({ port: taken.address().port, reason: expect.stringMatching(/EADDRINUSE/) })
    expect(warned).toHaveBeenCalledWith(facts, 'mDNS cannot be used here')
  })
  const b = await openNetwork({ seed: 2, peers: [a.address] })
  await eventually(() => expect(b.network.peers.list()).toMatchObject([{ state: 'live' }]))
})
