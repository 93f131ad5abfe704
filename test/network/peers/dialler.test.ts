import { getEventListeners } from 'node:events'
import { peerIdFromString } from '@libp2p/peer-id'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Dialler, parsePeerAddress } from '../../../src/network/peers/index.ts'
import { eventually } from '../../support/eventually.ts'
import type { Libp2p, PeerId } from '@libp2p/interface'
import type { PeerSource } from '../../../src/network/index.ts'
import type { KnownPeer } from '../../../src/network/peers/known-peer.ts'

const US = peerIdFromString('12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5')
const THEM = peerIdFromString('12D3KooWJRSrypvnpHgc6ZAgyCni4KcSmbV7uGRaMw5LgMKT18fq')

const UNKNOWN = { peerId: undefined, lastContact: undefined, lastError: undefined }

/** As much of a libp2p connection as waiting for its end looks at. */
class Line extends EventTarget {
  readonly remotePeer = THEM
  status = 'open'

  close(): void {
    this.status = 'closed'
    this.dispatchEvent(new Event('close'))
  }
}

test('a line that is lost is dialled again, and no listener is left behind', async () => {
  const lines: Line[] = []
  const dial = async () => {
    const line = new Line()
    lines.push(line)
    return line
  }
  // Only what dialling looks at.
  const libp2p = { peerId: US, getConnections: () => [], getPeers: () => [], dial } as unknown as Libp2p
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  const listening = vi.spyOn(AbortSignal.prototype, 'addEventListener')
  const bans = { of: () => undefined }
  const dialler = new Dialler(
    { libp2p, bans, clock: () => 1, random: () => 0, logger },
    { connectionsMax: 32, networkKeys: 1 },
  )
  const { text: address, multiaddr } = parsePeerAddress('127.0.0.1:7655')
  const peer: KnownPeer = { address, multiaddrs: [multiaddr], source: 'flag', state: 'dialling', ...UNKNOWN }
  dialler.keep(peer)
  await eventually(() => expect(listenersOn(lines[0])).toBe(1))
  lines[0]?.close()
  await eventually(() => expect(listenersOn(lines[1])).toBe(1))
  // The dialler's own signal: nothing else that is waited for here has one to listen to.
  const signal = listening.mock.contexts[0] as AbortSignal
  expect(getEventListeners(signal, 'abort').length).toBe(1)
  await dialler.release(peer)
  expect(lines.map(listenersOn)).toEqual([0, 0])
  listening.mockRestore()
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

/** A dialler among so many connected peers, whose dials all fail. */
function diallerAmong(connected: number, { us = US, networkKeys = 1, reason = 'ECONNREFUSED' } = {}) {
  const dial = vi.fn(() => Promise.reject(new Error(reason)))
  const peers = Array.from({ length: connected }, () => THEM)
  const libp2p = { peerId: us, getConnections: () => [], getPeers: () => peers, dial } as unknown as Libp2p
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  const dialler = new Dialler(
    { libp2p, bans: { of: () => undefined }, clock: () => 1, random: () => 0.5, logger },
    { connectionsMax: 32, networkKeys },
  )
  onTestFinished(() => dialler.stop())
  return { dialler, dial }
}

function peerFrom(source: PeerSource, peerId?: PeerId): KnownPeer {
  const { text: address, multiaddr } = parsePeerAddress('127.0.0.1:7655')
  const known = { ...UNKNOWN, peerId: peerId?.toString() }
  return { address, multiaddrs: [multiaddr], source, state: 'dialling', ...known }
}

test.each([
  ['CAPABILITY_UNANSWERED: it hung up', 1, 1],
  ['CAPABILITY_UNANSWERED: it hung up', 3, 3],
  ['CAPABILITY_WRONG_KEY: its hello is another', 3, 1],
  ['CAPABILITY_CLOSED: it hung up', 3, 1],
  ['ECONNREFUSED', 3, 1],
])('after "%s", with %i network keys, there are %i dials before the pause', async (reason, networkKeys, dials) => {
  const { dialler, dial } = diallerAmong(0, { networkKeys, reason })
  const peer = peerFrom('flag')
  dialler.keep(peer)
  await eventually(() => expect(peer.state).toBe('backoff'))
  expect(dial).toHaveBeenCalledTimes(dials)
  expect(dialler.attempts.of(peer)).toHaveLength(1)
})

test.each([
  ['flag', 1_000, true],
  ['api', 1_000, true],
  ['bootstrap', 3, true],
  ['bootstrap', 4, false],
  ['mdns', 31, true],
  ['mdns', 32, false],
] as const)('a peer from %s among %i connected ones is dialled: %s', (source, connected, isDialled) => {
  const { dialler, dial } = diallerAmong(connected)
  const peer = peerFrom(source)
  dialler.keep(peer)
  expect(dial).toHaveBeenCalledTimes(isDialled ? 1 : 0)
  expect(peer.state).toBe(isDialled ? 'dialling' : 'backoff')
})

test('of two nodes that find each other, the one with the smaller PeerId dials at once and the other waits', () => {
  const [smaller, greater] = [US, THEM]
  const first = diallerAmong(0, { us: smaller })
  first.dialler.keep(peerFrom('mdns', greater))
  expect(first.dial).toHaveBeenCalledTimes(1)
  const second = diallerAmong(0, { us: greater })
  second.dialler.keep(peerFrom('mdns', smaller))
  expect(second.dial).not.toHaveBeenCalled()
})

function listenersOn(line: Line | undefined): number {
  return line === undefined ? 0 : getEventListeners(line, 'close').length
}
