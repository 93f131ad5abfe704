// Finds peers that nobody named: on the LAN, by the DHT, and those of earlier runs. What is found goes into the table of peers, and is dialled from there.

import { discriminatorOf } from '../../feed/index.ts'
import { openLan } from './lan.ts'
import { Met } from './met.ts'
import { serviceOf } from './names.ts'
import type { Libp2p } from '@libp2p/interface'
import type { Logger } from '../../logger.ts'
import type { MetPeerStore, PeerTable } from '../peers/index.ts'
import type { Dht } from './dht.ts'
import type { Lan } from './lan.ts'

/** What discovery works with. */
export interface DiscoveryComponents {
  libp2p: Libp2p
  peers: PeerTable
  /** Absent: this node takes part in none. */
  dht?: Dht | undefined
  metPeerStore: MetPeerStore
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
}

/** Where to look. */
export interface DiscoveryInit {
  /** SHA-256 of the network key. */
  capability: Uint8Array
  /** UDP port of mDNS; absent: the LAN is left alone. */
  mdnsPort?: number | undefined
  /** Whether to dial peers of earlier runs. */
  met: boolean
}

/** All sources together. */
export class Discovery {
  readonly #components: DiscoveryComponents
  readonly #init: DiscoveryInit
  readonly #met: Met
  #lan: Lan | undefined

  constructor(components: DiscoveryComponents, init: DiscoveryInit) {
    this.#components = components
    this.#init = init
    this.#met = new Met(components)
  }

  async start(): Promise<void> {
    this.#met.start({ dial: this.#init.met })
    const { libp2p, peers, dht, logger } = this.#components
    dht?.start({ libp2p, logger, onFound: (peer) => peers.found(peer, 'dht') })
    if (this.#init.mdnsPort !== undefined) await this.#startLan(this.#init.mdnsPort)
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    this.#met.stop()
    await Promise.all([this.#lan?.stop(), this.#components.dht?.stop()])
  }

  async #startLan(port: number): Promise<void> {
    const { libp2p, peers } = this.#components
    const service = { name: serviceOf(discriminatorOf(this.#init.capability)), peerId: libp2p.peerId.toString() }
    const addresses = () => libp2p.getMultiaddrs()
    const onFound: Parameters<typeof openLan>[0]['onFound'] = (peer) => peers.found(peer, 'mdns')
    this.#lan = await openLan({ ...this.#components, addresses, onFound }, { service, port })
    this.#lan.start()
  }
}
