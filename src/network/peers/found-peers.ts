// Peers that nobody named: found on the LAN, by the DHT, or met in an earlier run. Known by their PeerId; bounded, because strangers can claim many.

import type { Multiaddr } from '@multiformats/multiaddr'
import type { Dialler } from './dialler.ts'
import type { FoundSource, KnownPeer } from './known-peer.ts'

/** What a source says of a peer. Nothing of it is believed: the gate decides who answers at these addresses. */
export interface FoundPeer {
  peerId: string
  /** From 1 to {@link FOUND_ADDRESSES_MAX}, each ending in this PeerId. */
  multiaddrs: readonly [Multiaddr, ...Multiaddr[]]
  /** Milliseconds since 1970, when it was met in an earlier run. */
  lastContact?: number
}

/** What finding works with. */
export interface FoundPeersComponents {
  dialler: Dialler
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Each row costs a timer, and now and then a socket; some LANs, and all liars, name more peers than a node can use. */
export const FOUND_PEERS_MAX = 256

/** A dial tries them one after the other within its time: more would never be reached. */
export const FOUND_ADDRESSES_MAX = 8

/** A peer that was given up is left alone for so long, however often it is found. */
export const GIVEN_UP_MS = 300_000

/** The rows that come and go by themselves. */
export class FoundPeers {
  readonly #components: FoundPeersComponents
  readonly #peers = new Map<string, KnownPeer>()
  readonly #foundAt = new Map<KnownPeer, number>()

  constructor(components: FoundPeersComponents) {
    this.#components = components
  }

  /** Starts dialling a peer, or takes over where it is said to be now. Does nothing when the table is full of better ones. */
  add(found: FoundPeer, source: FoundSource): void {
    const known = this.#peers.get(found.peerId)
    if (known !== undefined) this.#foundAgain(known, found, source)
    else if (this.#peers.size < FOUND_PEERS_MAX || this.#makeRoom()) this.#begin(found, source)
  }

  list(): KnownPeer[] {
    return [...this.#peers.values()]
  }

  find(address: string): KnownPeer | undefined {
    return this.list().find((peer) => peer.address === address)
  }

  async remove(peer: KnownPeer): Promise<void> {
    if (peer.peerId !== undefined) this.#peers.delete(peer.peerId)
    this.#foundAt.delete(peer)
    await this.#components.dialler.release(peer)
  }

  #begin({ peerId, multiaddrs, lastContact }: FoundPeer, source: FoundSource): void {
    const address = multiaddrs[0].toString()
    const peer: KnownPeer = {
      address,
      multiaddrs,
      source,
      state: 'dialling',
      peerId,
      lastContact,
      lastError: undefined,
    }
    this.#peers.set(peerId, peer)
    this.#keep(peer)
  }

  /** What is heard now stands before what is remembered; it does not replace it, for it may be a lie. */
  #foundAgain(peer: KnownPeer, { multiaddrs }: FoundPeer, source: FoundSource): void {
    if (peer.source === 'met') peer.source = source
    if (peer.state !== 'live') {
      const heard = multiaddrs.map(String)
      const remembered = peer.multiaddrs.filter((address) => !heard.includes(address.toString()))
      peer.multiaddrs = [...multiaddrs, ...remembered].slice(0, FOUND_ADDRESSES_MAX)
      peer.address = multiaddrs[0].toString()
    }
    const quietMs = this.#components.clock() - (this.#foundAt.get(peer) ?? 0)
    if (peer.state === 'failed' && quietMs >= GIVEN_UP_MS) this.#keep(peer)
  }

  #keep(peer: KnownPeer): void {
    this.#foundAt.set(peer, this.#components.clock())
    this.#components.dialler.keep(peer)
  }

  /** One that was given up goes first, then one that was never reached. */
  #makeRoom(): boolean {
    const peers = this.list()
    const out =
      peers.find(({ state }) => state === 'failed') ??
      peers.find(({ state, lastContact, lastError }) => state === 'backoff' && lastContact === undefined && lastError)
    if (out === undefined) return false
    void this.remove(out) // Its row is gone at once; its loop ends by itself, and never fails.
    return true
  }
}
