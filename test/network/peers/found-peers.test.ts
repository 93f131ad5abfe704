import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FOUND_PEERS_MAX, FoundPeers, GIVEN_UP_MS } from '../../../src/network/peers/found-peers.ts'
import { Dialler } from '../../../src/network/peers/index.ts'
import { eventually } from '../../support/eventually.ts'
import { SILENT } from '../../support/open-network.ts'
import { peerIds } from '../../support/peer-ids.ts'
import type { Libp2p } from '@libp2p/interface'
import type { FoundPeer } from '../../../src/network/peers/index.ts'

// The smallest PeerId is ours: who is greater gives the other a head start.
const [US = '', PEER = '', ...OTHERS] = (await peerIds(FOUND_PEERS_MAX + 2)).sort()

type Dial = (to: unknown, options: { signal: AbortSignal }) => Promise<unknown>

interface Table {
  found: FoundPeers
  clock: { now: number }
  dial: ReturnType<typeof vi.fn>
}

/** A table whose dials end as the test says; nothing is waited for between tries. */
function openTable(dial: Dial = () => Promise.reject(new Error('ECONNREFUSED'))): Table {
  const clock = { now: 1_000 }
  const dialled = vi.fn(dial)
  // Only what dialling looks at.
  const libp2p = {
    peerId: peerIdFromString(US),
    getConnections: () => [],
    getPeers: () => [],
    dial: dialled,
  } as unknown as Libp2p
  const components = { libp2p, bans: { of: () => undefined }, clock: () => clock.now, random: () => 0, logger: SILENT }
  const dialler = new Dialler(components, { connectionsMax: 32, networkKeys: 1 })
  onTestFinished(() => dialler.stop())
  return { found: new FoundPeers({ dialler, clock: () => clock.now }), clock, dial: dialled }
}

function peerAt(peerId: string, ...ports: [number, ...number[]]): FoundPeer {
  const [first, ...others] = ports.map((port) => multiaddr(`/ip4/10.0.0.1/tcp/${port}/p2p/${peerId}`))
  return { peerId, multiaddrs: [first ?? expect.fail(), ...others] }
}

/** A host that swallows what is sent to it. */
const pending: Dial = (_, { signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

test('a peer that never answers is given up after sixteen tries', async () => {
  const { found, dial } = openTable()
  found.add(peerAt(PEER, 1), 'mdns')
  await eventually(() => expect(found.list()).toMatchObject([{ state: 'failed', lastError: /Nothing listens/ }]))
  expect(dial).toHaveBeenCalledTimes(16)
})

test('a peer that was given up is left alone for five minutes, and dialled again when it is found after that', async () => {
  const { found, dial, clock } = openTable()
  found.add(peerAt(PEER, 1), 'mdns')
  await eventually(() => expect(found.list()).toMatchObject([{ state: 'failed' }]))
  clock.now += GIVEN_UP_MS - 1
  found.add(peerAt(PEER, 1), 'mdns')
  expect(found.list()).toMatchObject([{ state: 'failed' }])
  clock.now += 1
  found.add(peerAt(PEER, 1), 'mdns')
  await eventually(() => expect(dial).toHaveBeenCalledTimes(32))
})

test('a peer that is found again keeps one row, with its new addresses first and eight in all', () => {
  const { found } = openTable(pending)
  found.add(peerAt(PEER, 1, 2), 'mdns')
  found.add(peerAt(PEER, 2, 3), 'mdns')
  const [row] = found.list()
  expect(found.list()).toHaveLength(1)
  expect(row?.address).toBe(`/ip4/10.0.0.1/tcp/2/p2p/${PEER}`)
  expect(row?.multiaddrs.map(String)).toEqual([2, 3, 1].map((port) => `/ip4/10.0.0.1/tcp/${port}/p2p/${PEER}`))
  found.add(peerAt(PEER, 4, 5, 6, 7, 8, 9), 'mdns')
  expect(found.list()[0]?.multiaddrs).toHaveLength(8)
})

test('what is heard now replaces what is remembered, and not the other way round', () => {
  const { found } = openTable(pending)
  found.add({ ...peerAt(PEER, 1), lastContact: 5 }, 'met')
  expect(found.list()).toMatchObject([{ source: 'met', lastContact: 5 }])
  found.add(peerAt(PEER, 1), 'dht')
  found.add(peerAt(PEER, 1), 'met')
  expect(found.list()).toMatchObject([{ source: 'dht', lastContact: 5 }])
})

test('a full table refuses one more, unless a peer in it was given up', async () => {
  const { found } = openTable(pending)
  const [last = '', ...first] = OTHERS
  for (const peerId of [PEER, ...first]) found.add(peerAt(peerId, 1), 'mdns')
  expect(found.list()).toHaveLength(FOUND_PEERS_MAX)
  found.add(peerAt(last, 1), 'mdns')
  expect(found.list().map(({ peerId }) => peerId)).not.toContain(last)

  const failing = openTable()
  for (const peerId of [PEER, ...first]) failing.found.add(peerAt(peerId, 1), 'mdns')
  const haveFailed = () => failing.found.list().every(({ state }) => state === 'failed')
  await eventually(() => expect(haveFailed()).toBe(true))
  failing.found.add(peerAt(last, 1), 'mdns')
  expect(failing.found.list()).toHaveLength(FOUND_PEERS_MAX)
  expect(failing.found.list().map(({ peerId }) => peerId)).toContain(last)
  expect(failing.found.list().map(({ peerId }) => peerId)).not.toContain(PEER)
})

test('a peer that is removed is dialled no more', async () => {
  const { found, dial } = openTable(pending)
  found.add(peerAt(PEER, 1), 'mdns')
  await found.remove(found.find(`/ip4/10.0.0.1/tcp/1/p2p/${PEER}`) ?? expect.fail())
  expect(found.list()).toEqual([])
  expect(dial).toHaveBeenCalledTimes(1)
})
