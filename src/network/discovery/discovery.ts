// Finds peers that nobody named: on the LAN, by the DHT, and those of earlier runs. What is found goes into the table of peers, and is dialled from there.

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
  /** None when this node takes part in none. */
  dhts: readonly Dht[]
  metPeerStore: MetPeerStore
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
}

/** Where to look. */
export interface DiscoveryInit {
  /** Of the network keys: whoever knows any of them is looked for. */
  discriminators: readonly string[]
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
    const { libp2p, peers, dhts, logger } = this.#components
    for (const dht of dhts) dht.start({ libp2p, logger, onFound: (peer) => peers.found(peer, 'dht') })
    if (this.#init.mdnsPort !== undefined) await this.#startLan(this.#init.mdnsPort)
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    this.#met.stop()
    await Promise.all([this.#lan?.stop(), ...this.#components.dhts.map((dht) => dht.stop())])
  }

  async #startLan(port: number): Promise<void> {
    const { libp2p, peers } = this.#components
    const peerId = libp2p.peerId.toString()
    const services = this.#init.discriminators.map((discriminator) => ({ name: serviceOf(discriminator), peerId }))
    const addresses = () => libp2p.getMultiaddrs()
    const onFound: Parameters<typeof openLan>[0]['onFound'] = (peer) => peers.found(peer, 'mdns')
    this.#lan = await openLan({ ...this.#components, addresses, onFound }, { services, port })
    this.#lan.start()
  }
}
