// Finds members through members, by libp2p's Kademlia DHT under the name of our network: whoever knows one node finds the others.

import { peerDiscoverySymbol } from '@libp2p/interface'
import { boundedDiscovery } from './bounded-discovery.ts'
import { DHT_CLOSER_MAX, DHT_FIRST_PAUSE_MS, DHT_PAUSE_MS_MAX, DHT_WALK_TIMEOUT_MS } from './constants.ts'
import { dialablePeer, preferElsewhere } from './dialable.ts'
import { dhtProtocolOf } from './names.ts'
import { NoRecords } from './no-records.ts'
import type { Connection, IdentifyResult, Libp2p, PeerInfo } from '@libp2p/interface'
import type { KadDHT, KadDHTComponents } from '@libp2p/kad-dht'
import type { Logger } from '../../logger.ts'
import type { FoundPeer } from '../peers/index.ts'

/** What walking the DHT works with. */
export interface DhtComponents {
  libp2p: Libp2p
  onFound: (peer: FoundPeer) => void
  logger: Logger
}

type Make = typeof import('@libp2p/kad-dht')['kadDHT']

/** The DHT of one network: a service of libp2p, and the walks through it. */
export class Dht {
  readonly #protocol: string
  readonly #make: Make
  readonly #stopping = new AbortController()
  readonly #seen = new WeakSet<Connection>()
  #dht: KadDHT | undefined
  #components: DhtComponents | undefined
  #timer: NodeJS.Timeout | undefined
  #pauseMs = DHT_FIRST_PAUSE_MS
  #walking: Promise<void> | undefined
  #walks = 0

  /** @internal Use {@link openDht}. */
  constructor(protocol: string, make: Make) {
    this.#protocol = protocol
    this.#make = make
  }

  /** For `createLibp2p`. */
  readonly service = (components: KadDHTComponents): KadDHT => {
    const passAll = <Value>(value: Value): Value => value
    const dht = this.#make({
      protocol: this.#protocol,
      // Members on one LAN or VPN have no other addresses than private ones, and a member that cannot be dialled may still be found: by a relay.
      peerInfoMapper: passAll,
      clientMode: false,
      // Without it, a node that knows nobody yet fills the log.
      allowQueryWithZeroPeers: true,
    })(withoutRecords(components))
    this.#dht = dht
    return Object.defineProperty(dht, peerDiscoverySymbol, { value: boundedDiscovery(dht as KadDHT & EventTarget) }) // It is one, which its type does not say.
  }

  /** Walks from now on: soon after a member that takes part was met, then ever more seldom. */
  start(components: DhtComponents): void {
    this.#components = components
    components.libp2p.addEventListener('peer:identify', this.#identified)
    this.#walkAfter(this.#pauseMs)
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    this.#components?.libp2p.removeEventListener('peer:identify', this.#identified)
    clearTimeout(this.#timer)
    this.#stopping.abort()
    await this.#walking
  }

  /** A peer may say who it is as often as it likes; a line is news once. */
  readonly #identified = ({ detail: { connection, protocols } }: CustomEvent<IdentifyResult>): void => {
    if (!protocols.includes(this.#protocol) || this.#seen.has(connection)) return
    this.#seen.add(connection)
    this.#pauseMs = DHT_FIRST_PAUSE_MS
    if (this.#walking === undefined) this.#walkAfter(this.#pauseMs)
  }

  #walkAfter(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#walking = this.#walk().finally(() => {
        this.#walking = undefined
        if (!this.#stopping.signal.aborted) this.#walkAfter(this.#pauseMs)
        this.#pauseMs = Math.min(2 * this.#pauseMs, DHT_PAUSE_MS_MAX)
      })
    }, ms).unref()
  }

  /** Whoever answers names the members that it knows nearest to the key. */
  async #walk(): Promise<void> {
    const { libp2p, logger } = this.#components ?? {}
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(DHT_WALK_TIMEOUT_MS)])
    try {
      for await (const event of this.#dht?.getClosestPeers(this.#nextKey(libp2p), { signal }) ?? []) {
        if (event.name === 'PEER_RESPONSE') for (const peer of event.closer.slice(0, DHT_CLOSER_MAX)) this.#found(peer)
      }
    } catch (error) {
      logger?.debug({ reason: (error as Error).message }, 'a walk through the DHT ended early')
    }
  }

  /** Our neighbourhood first, then anywhere: in a small network both are everybody. */
  #nextKey(libp2p: Libp2p | undefined): Uint8Array {
    const isOwn = this.#walks++ % 2 === 0
    return isOwn && libp2p !== undefined
      ? libp2p.peerId.toMultihash().bytes
      : crypto.getRandomValues(new Uint8Array(32))
  }

  #found({ id, multiaddrs }: PeerInfo): void {
    const found = dialablePeer(id.toString(), preferElsewhere(multiaddrs))
    if (found !== undefined) this.#components?.onFound(found)
  }
}

/** Loads the DHT; a node that takes part in none never pays for it. */
export async function openDht(discriminator: string): Promise<Dht> {
  const { kadDHT } = await import('@libp2p/kad-dht')
  return new Dht(dhtProtocolOf(discriminator), kadDHT)
}

function withoutRecords(components: KadDHTComponents): KadDHTComponents {
  const datastore = new NoRecords()
  return new Proxy(components, {
    get: (target, name) => (name === 'datastore' ? datastore : Reflect.get(target, name, target)),
  })
}
