// The gate between real libp2p nodes over TCP on loopback.

import { connect, createServer } from 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { getNetConfig } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { afterEach, describe, expect, test } from 'vitest'
import { CAPABILITY_PROTOCOL, capabilityCauseOf, capabilityGate, Gates } from '../../../src/network/capability/index.ts'
import { eventually } from '../../support/eventually.ts'
import { keyringOf, OURS, privateKeyOf, THEIRS } from './peers.ts'
import type { AddressInfo } from 'node:net'
import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

type Node = Awaited<ReturnType<typeof startNode>>

const running: { stop(): void | Promise<void> }[] = []

afterEach(async () => {
  for (const part of running.splice(0)) await part.stop()
})

describe('two nodes of one network', () => {
  test('connect, ping, and name the gate as their encryption', async () => {
    const [here, there] = [await startNode(1), await startNode(2)]
    const connection = await here.libp2p.dial(addressOf(there))
    expect(connection.encryption).toBe(CAPABILITY_PROTOCOL)
    expect(connection.remotePeer.equals(there.libp2p.peerId)).toBe(true)
    expect(await here.libp2p.services.ping.ping(there.libp2p.peerId)).toBeGreaterThanOrEqual(0)
    expect(there.libp2p.getConnections(here.libp2p.peerId)).toHaveLength(1)
  })

  test('connect when the address does not name the peer', async () => {
    const [here, there] = [await startNode(1), await startNode(2)]
    const connection = await here.libp2p.dial(addressOf(there).decapsulate('/p2p'))
    expect(connection.remotePeer.equals(there.libp2p.peerId)).toBe(true)
  })

  test('run identify behind the gate', async () => {
    const [here, there] = [await startNode(1), await startNode(2)]
    const identified = new Promise((resolve) => here.libp2p.addEventListener('peer:identify', resolve, { once: true }))
    await here.libp2p.dial(addressOf(there))
    await expect(identified).resolves.toBeDefined()
  })
})

describe('a node with another network key', () => {
  test('is refused, and neither side ever has a connection', async () => {
    const [here, there] = [await startNode(1, { capability: THEIRS }), await startNode(2)]
    const error = await here.libp2p.dial(addressOf(there)).catch((error) => error)
    expect(capabilityCauseOf(error)).toBe('CAPABILITY_UNANSWERED')
    await eventually(() => expect(there.gates.counts().wrong_key).toBe(1))
    expect(here.gates.counts().unanswered).toBe(1)
    expect([...here.opened, ...there.opened]).toEqual([])
    expect([...here.libp2p.getConnections(), ...there.libp2p.getConnections()]).toEqual([])
  })

  test('keeps nobody else out', async () => {
    const [stranger, here, there] = [await startNode(1, { capability: THEIRS }), await startNode(2), await startNode(3)]
    await Promise.all([
      ...Array.from({ length: 8 }, () => stranger.libp2p.dial(addressOf(there)).catch(() => undefined)),
      expect(here.libp2p.dial(addressOf(there))).resolves.toBeDefined(),
    ])
    expect(there.libp2p.getPeers().map(String)).toEqual([String(here.libp2p.peerId)])
  })

  test('is found in what a dial of several addresses throws', async () => {
    const [here, there, closed] = [
      await startNode(1, { capability: THEIRS }),
      await startNode(2),
      await closedAddress(),
    ]
    const peer = `/p2p/${there.libp2p.peerId}`
    const error = await here.libp2p.dial([multiaddr(closed + peer), addressOf(there)]).catch((error) => error)
    expect(error).toBeInstanceOf(AggregateError)
    expect(capabilityCauseOf(error)).toBe('CAPABILITY_UNANSWERED')
  })
})

describe('the gate is the only way in', () => {
  test('plain Noise is not spoken, in either direction', async () => {
    const [plain, gated] = [await startNode(1, { plain: true }), await startNode(2)]
    await expect(plain.libp2p.dial(addressOf(gated))).rejects.toThrow()
    await expect(gated.libp2p.dial(addressOf(plain))).rejects.toThrow()
    expect([...plain.opened, ...gated.opened]).toEqual([])
  })

  test('a dial of another PeerId at this address is refused', async () => {
    const [here, there, absent] = [await startNode(1), await startNode(2), await startNode(3)]
    const address = addressOf(there).decapsulate('/p2p').encapsulate(`/p2p/${absent.libp2p.peerId}`)
    const error = await here.libp2p.dial(address).catch((error) => error)
    expect(capabilityCauseOf(error)).toBe('CAPABILITY_IDENTITY_MISMATCH')
    expect(here.opened).toEqual([])
  })

  test('a socket that asks for the gate and then says nothing is dropped, and its place comes free', async () => {
    const node = await startNode(1, { timeoutMs: 60 })
    const { host, port = 0 } = getNetConfig(addressOf(node))
    const socket = connect({ host, port })
    running.push({ stop: () => void socket.destroy() })
    socket.write(selectLine('/multistream/1.0.0') + selectLine(CAPABILITY_PROTOCOL))
    socket.on('error', () => undefined).resume()
    await eventually(() => expect(node.gates.inProgress().inbound).toBe(1))
    await new Promise((resolve) => socket.on('close', resolve))
    expect(node.gates.counts().timeout).toBe(1)
    expect(node.gates.inProgress().inbound).toBe(0)
  })
})

async function startNode(
  seed: number,
  {
    capability = OURS,
    timeoutMs = 5_000,
    plain = false,
  }: { capability?: Uint8Array; timeoutMs?: number; plain?: boolean } = {},
) {
  const gates = new Gates()
  const libp2p = await createLibp2p({
    privateKey: await privateKeyOf(seed),
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [plain ? noise() : capabilityGate({ keyring: keyringOf(capability), gates, timeoutMs })],
    streamMuxers: [yamux()],
    // libp2p's own limits stand before the gate, and count loopback.
    connectionManager: { inboundConnectionThreshold: 100, maxIncomingPendingConnections: 100 },
    services: { ping: ping(), identify: identify() },
  })
  const opened: Connection[] = []
  libp2p.addEventListener('connection:open', ({ detail }) => opened.push(detail))
  running.push(libp2p)
  return { libp2p, gates, opened }
}

function addressOf({ libp2p }: Node): Multiaddr {
  const [address] = libp2p.getMultiaddrs()
  if (!address) throw new Error('the node does not listen')
  return address
}

/** An address where nothing listens any more. */
async function closedAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server's address is never a pipe's name.
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `/ip4/127.0.0.1/tcp/${port}`
}

/** One line of multistream-select: its length, the text, a newline. */
function selectLine(text: string): string {
  return `${String.fromCharCode(text.length + 1)}${text}\n`
}
