// One row of the table of peers: an address, where it came from, and how it has gone so far.

import type { PeerAddress } from './address.ts'

/** Where an address came from. `met`: a peer that dialled us. */
export type PeerSource = 'flag' | 'api' | 'met'

/** What is happening with a peer now. `backoff`: waiting to be tried again. `banned`: not dialled and not let in for now. */
export type PeerState = 'live' | 'dialling' | 'backoff' | 'banned'

/** Mutable; owned by the dialler. */
export interface KnownPeer {
  address: PeerAddress
  source: PeerSource
  state: PeerState
  /** Known once the gate was passed. */
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
