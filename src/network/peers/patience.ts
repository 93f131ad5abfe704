// How much a peer is worth dialling, by where its address came from. Who was named by a person is dialled for ever.

import type { PeerSource } from './known-peer.ts'

/** How long the dialler tries, and when it holds back. */
export interface Patience {
  /** Failures in a row after which it gives up, until the peer is found again. */
  triesMax: number
  /** It dials only while fewer peers than this are connected. */
  connectedMax: number
}

/** Sixteen tries are some four minutes of backoff: longer than a restart, shorter than a grudge. */
const FOUND_TRIES_MAX = 16

/** A node that knows so many others needs its entry points no more, and they may be everybody's. */
const ENOUGH_PEERS = 4

/** @param connectionsMax - peers that this node keeps connected by itself */
export function patienceWith(source: PeerSource, connectionsMax: number): Patience {
  switch (source) {
    case 'flag':
    case 'file':
    case 'api':
      return { triesMax: Number.POSITIVE_INFINITY, connectedMax: Number.POSITIVE_INFINITY }
    case 'bootstrap':
      return { triesMax: Number.POSITIVE_INFINITY, connectedMax: ENOUGH_PEERS }
    case 'mdns':
    case 'dht':
    case 'met':
      return { triesMax: FOUND_TRIES_MAX, connectedMax: connectionsMax }
  }
}
