import { getEventListeners } from 'node:events'
import { peerIdFromString } from '@libp2p/peer-id'
import { expect, test, vi } from 'vitest'
import { Dialler, parsePeerAddress } from '../../../src/network/peers/index.ts'
import type { Libp2p } from '@libp2p/interface'
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
  const libp2p = { peerId: US, getConnections: () => [], dial } as unknown as Libp2p
  const logger = { debug() {}, info() {}, warn() {}, error() {} }
  const listening = vi.spyOn(AbortSignal.prototype, 'addEventListener')
  const dialler = new Dialler({ libp2p, bans: { of: () => undefined }, clock: () => 1, random: () => 0, logger })
  const peer: KnownPeer = { address: parsePeerAddress('127.0.0.1:7655'), source: 'flag', state: 'dialling', ...UNKNOWN }
  dialler.keep(peer)
  await vi.waitFor(() => expect(listenersOn(lines[0])).toBe(1))
  lines[0]?.close()
  await vi.waitFor(() => expect(listenersOn(lines[1])).toBe(1))
  // The dialler's own signal: nothing else that is waited for here has one to listen to.
  const signal = listening.mock.contexts[0] as AbortSignal
  expect(getEventListeners(signal, 'abort').length).toBe(1)
  await dialler.release(peer)
  expect(lines.map(listenersOn)).toEqual([0, 0])
  listening.mockRestore()
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

function listenersOn(line: Line | undefined): number {
  return line === undefined ? 0 : getEventListeners(line, 'close').length
}
