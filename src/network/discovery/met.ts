// Remembers the members that were connected, so that the next start finds its way back without being told.

import { multiaddr } from '@multiformats/multiaddr'
import { MET_PEERS_DIALLED, MET_PEERS_MAX } from './constants.ts'
import { dialablePeer, hostOf, preferElsewhere } from './dialable.ts'
import type { IdentifyResult, Libp2p, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Logger } from '../../logger.ts'
import type { MetPeer, MetPeerStore, PeerTable } from '../peers/index.ts'

/** What remembering works with. */
export interface MetComponents {
  libp2p: Libp2p
  peers: PeerTable
  metPeerStore: MetPeerStore
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
}

/** Writes down who passed the gate, under which addresses, and when it was last there. */
export class Met {
  readonly #components: MetComponents
  /** Who is connected, as it was last identified: written when it comes and when it goes, however often it changes in between. */
  readonly #connected = new Map<string, MetPeer>()

  constructor(components: MetComponents) {
    this.#components = components
  }

  /** Remembers from now on; with `dial`, those that were here last are dialled first. */
  start({ dial }: { dial: boolean }): void {
    const { libp2p, metPeerStore } = this.#components
    if (dial) for (const peer of metPeerStore.recent(MET_PEERS_DIALLED)) this.#dial(peer)
    libp2p.addEventListener('peer:identify', this.#identified)
    libp2p.addEventListener('peer:disconnect', this.#disconnected)
  }

  /** Safe to call twice. */
  stop(): void {
    const { libp2p } = this.#components
    libp2p.removeEventListener('peer:identify', this.#identified)
    libp2p.removeEventListener('peer:disconnect', this.#disconnected)
    for (const peer of this.#connected.values()) this.#update(peer)
    this.#connected.clear()
  }

  #dial({ peerId, addresses, lastContact }: MetPeer): void {
    const found = dialablePeer(peerId, addresses.map(multiaddr))
    if (found !== undefined) this.#components.peers.found({ ...found, lastContact }, 'met')
  }

  readonly #identified = ({ detail }: CustomEvent<IdentifyResult>): void => {
    const { libp2p, metPeerStore, clock } = this.#components
    const { peerId, multiaddrs } = dialablePeer(detail.peerId.toString(), addressesOf(detail)) ?? {}
    if (peerId === undefined || multiaddrs === undefined || libp2p.getConnections(detail.peerId).length === 0) return
    const peer = { peerId, addresses: multiaddrs.map(String), lastContact: clock() }
    if (!this.#connected.has(peerId)) this.#write(() => metPeerStore.remember(peer, MET_PEERS_MAX))
    this.#connected.set(peerId, peer)
  }

  readonly #disconnected = ({ detail }: CustomEvent<PeerId>): void => {
    const peer = this.#connected.get(detail.toString())
    this.#connected.delete(detail.toString())
    if (peer !== undefined) this.#update(peer)
  }

  #update(peer: MetPeer): void {
    const { metPeerStore, clock } = this.#components
    this.#write(() => metPeerStore.update({ ...peer, lastContact: clock() }))
  }

  /** What is lost here costs a later start some time, and no message. */
  #write(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#components.logger.warn({ reason: (error as Error).message }, 'a peer that was met is not remembered')
    }
  }
}

/** The address that we dialled and the ones on the host we see stand before the others that the peer claims. */
function addressesOf({ connection, listenAddrs }: IdentifyResult): readonly Multiaddr[] {
  const { remoteAddr, direction } = connection
  const isThere = (address: Multiaddr): boolean => hostOf(address) === hostOf(remoteAddr)
  const there = [...(direction === 'outbound' ? [remoteAddr] : []), ...listenAddrs.filter(isThere)]
  return [...there, ...preferElsewhere(listenAddrs.filter((address) => !isThere(address)))]
}
