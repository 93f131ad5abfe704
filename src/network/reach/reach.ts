// How others reach this node: by connections that came in, by relays that it asked to carry it, and, where the router lets it, by a mapped port.

import { isLoopback } from '@libp2p/utils'
import { pathOf } from '../peers/index.ts'
import { RELAYED_STREAMS_MAX, RESERVATIONS_MAX } from './constants.ts'
import { dialBackAnew } from './dial-back.ts'
import { Relays } from './relays.ts'
import type { CircuitRelayTransportComponents } from '@libp2p/circuit-relay-v2'
import type { Connection, Libp2p, TopologyFilter, Transport } from '@libp2p/interface'
import type { Libp2pOptions } from 'libp2p'
import type { Logger } from '../../logger.ts'

/** What a node does to be reached. */
export interface ReachInit {
  /** Whether to use relays, to ask members how this node is seen from outside, and to turn relayed lines into direct ones. */
  reach: boolean
  /** Whether to carry the connections of members that cannot be reached otherwise. */
  relay: boolean
  /** Whether to ask the router to let others in. */
  upnp: boolean
}

/** What reach works with. */
export interface ReachComponents {
  libp2p: Libp2p
  logger: Logger
}

/**
 * From where this node can be reached, as far as it was seen. `direct`: from the Internet. `relayed`: through a member that carries it. `lan`: from
 * its own LAN. `unknown`: nobody came in yet, which may mean that nobody can.
 */
export type Reachable = 'direct' | 'relayed' | 'lan' | 'unknown'

/** Facts about reach, for status. */
export interface ReachState {
  reachable: Reachable
  /** PeerIds of the relays that carry this node. */
  relays: string[]
}

/**
 * As if every peer had been seen by it already: libp2p's own search for relays walks the network without end where there is none. {@link Relays}
 * takes what comes by.
 */
const NOBODY: TopologyFilter = { has: () => true, add: () => {}, remove: () => {} }

/** The parts of libp2p that reach adds, and what became of them. */
export class Reach {
  /** For `createLibp2p`. */
  readonly transports: NonNullable<Libp2pOptions['transports']> = []
  /** For `createLibp2p`. */
  readonly services: NonNullable<Libp2pOptions['services']> = {}
  readonly #relays = new Relays()
  readonly #cameIn = new Set<'direct' | 'lan'>()
  #libp2p: Libp2p | undefined

  start({ libp2p, logger }: ReachComponents): void {
    this.#libp2p = libp2p
    libp2p.addEventListener('connection:open', this.#opened)
    this.#relays.start({ libp2p, logger, isNeeded: () => !this.#cameIn.has('direct') })
  }

  /** Safe to call twice. */
  stop(): void {
    this.#libp2p?.removeEventListener('connection:open', this.#opened)
    this.#relays.stop()
  }

  state(): ReachState {
    const relays = this.#relays.reserved()
    return { reachable: this.#reachable(relays.length > 0), relays }
  }

  /** @internal */
  async load({ reach, relay, upnp }: ReachInit): Promise<void> {
    if (reach || relay) await this.#loadRelaying(relay)
    if (reach) await this.#loadDirect()
    if (upnp) await this.#loadMapping()
  }

  async #loadRelaying(serve: boolean): Promise<void> {
    const { circuitRelayServer, circuitRelayTransport } = await import('@libp2p/circuit-relay-v2')
    this.transports.push((components: CircuitRelayTransportComponents): Transport => {
      const transport = circuitRelayTransport({ discoveryFilter: NOBODY })(components)
      // Who carries others can be reached already.
      if (!serve) this.#relays.use(transport, components.transportManager)
      return transport
    })
    if (!serve) return
    this.services.relay = circuitRelayServer({
      // Members trust one another with their data: a line through a member lasts as long, and carries as much, as a direct one.
      reservations: { applyDefaultLimit: false, maxReservations: RESERVATIONS_MAX },
      maxInboundHopStreams: RELAYED_STREAMS_MAX,
      maxOutboundStopStreams: RELAYED_STREAMS_MAX,
    })
  }

  async #loadDirect(): Promise<void> {
    const [{ autoNAT }, { dcutr }] = await Promise.all([import('@libp2p/autonat'), import('@libp2p/dcutr')])
    this.services.autonat = (components) => autoNAT()(dialBackAnew(components))
    this.services.dcutr = dcutr()
  }

  async #loadMapping(): Promise<void> {
    const { uPnPNAT } = await import('@libp2p/upnp-nat')
    // The router has said which address it mapped; a small network has not the four members in four places that would prove it.
    this.services.upnp = uPnPNAT({ autoConfirmAddress: true, portMappingDescription: 'egregore' })
  }

  readonly #opened = ({ detail: connection }: CustomEvent<Connection>): void => {
    const path = pathOf(connection.remoteAddr)
    if (connection.direction !== 'inbound' || path === 'relayed' || isLoopback(connection.remoteAddr)) return
    this.#cameIn.add(path)
  }

  #reachable(isRelayed: boolean): Reachable {
    if (this.#cameIn.has('direct')) return 'direct'
    if (isRelayed) return 'relayed'
    return this.#cameIn.has('lan') ? 'lan' : 'unknown'
  }
}

/** Loads what is asked for; the rest costs nothing. */
export async function openReach(init: ReachInit): Promise<Reach> {
  const reach = new Reach()
  await reach.load(init)
  return reach
}
