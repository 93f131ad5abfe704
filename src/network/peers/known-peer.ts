// One row of the table of peers: an address, where it came from, and how it has gone so far.

import type { Multiaddr } from '@multiformats/multiaddr'

/**
 * Where an address came from. `bootstrap`: an entry point that was configured. `mdns`, `dht`: found on the LAN, by the DHT.
 * `met`: a peer of an earlier run, or one that dialled us.
 */
export type PeerSource = 'flag' | 'file' | 'api' | 'bootstrap' | FoundSource

/** Sources of peers that nobody named. */
export type FoundSource = 'mdns' | 'dht' | 'met'

/** Whether nobody named the peer; such a row is bounded in number and in tries. */
export function isFound(source: PeerSource): source is FoundSource {
  return source === 'mdns' || source === 'dht' || source === 'met'
}

/**
 * What is happening with a peer now. `backoff`: waiting to be tried again. `failed`: given up until it is found again.
 * `banned`: not dialled and not let in for now.
 */
export type PeerState = 'live' | 'dialling' | 'backoff' | 'failed' | 'banned'

/** Mutable; owned by the dialler. */
export interface KnownPeer {
  /** By which people name it: `host:port` or a multiaddr. */
  address: string
  /** What is dialled; several only when all carry the same PeerId. */
  multiaddrs: readonly Multiaddr[]
  source: PeerSource
  state: PeerState
  /** Known from the start for a peer that was found, otherwise once the gate was passed. */
  peerId: string | undefined
  /** Milliseconds since 1970 of the last moment at which a connection stood. */
  lastContact: number | undefined
  /** Why the last dial failed, in a sentence; cleared by a connection. */
  lastError: string | undefined
}

/** The addresses that were added through the API. store/ implements it; adding one that is there changes nothing. */
export interface PeerStore {
  addresses(): string[]
  add(address: string, addedAt: number): void
  remove(address: string): void
}

/** A member that was connected, now or in an earlier run. */
export interface MetPeer {
  peerId: string
  /** Multiaddrs, each ending in this PeerId. */
  addresses: readonly string[]
  /** Milliseconds since 1970. */
  lastContact: number
}

/** Who was met. store/ implements it. */
export interface MetPeerStore {
  /** The latest ones, last contact first. */
  recent(count: number): MetPeer[]
  /** Keeps `count` of them: the latest. */
  remember(peer: MetPeer, count: number): void
  /** Replaces what is known of a peer that is remembered; changes nothing for one that is not. */
  update(peer: MetPeer): void
  forget(peerId: string): void
}
