// Makes this node reachable through members that relay: a place is reserved at each as soon as we are connected to it, and again when it comes
// back.

import { isRelayed } from './announced.ts'
import { RELAYS_ASKED_MAX, RELAYS_USED_MAX } from './constants.ts'
import type { CircuitRelayTransportComponents } from '@libp2p/circuit-relay-v2'
import type { Connection, IdentifyResult, Libp2p, PeerId, Transport } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Logger } from '../../logger.ts'

/** What a member that relays offers. */
const HOP_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'

/** What asking for places works with. */
export interface RelaysComponents {
  libp2p: Libp2p
  /** Whether anybody has to carry us at all. */
  isNeeded: () => boolean
  logger: Logger
}

/** As much of libp2p's transport as its type does not tell. */
interface Reserving {
  reservationStore: { addRelay(relay: PeerId, type: 'configured'): Promise<unknown> }
}

type TransportManager = Pick<CircuitRelayTransportComponents['transportManager'], 'listen'>

/** The relays of one node. Nothing is asked of anybody until {@link Relays.use} was called. */
export class Relays {
  readonly #listening = new Set<string>()
  readonly #seen = new WeakSet<Connection>()
  #asked = 0
  #transport: (Transport & Reserving) | undefined
  #manager: TransportManager | undefined
  #components: RelaysComponents | undefined

  /** The transport of the node that is carried. */
  use(transport: Transport, manager: TransportManager): void {
    this.#transport = transport as Transport & Reserving // CircuitRelayTransport, whose class is not exported.
    this.#manager = manager
  }

  start(components: RelaysComponents): void {
    this.#components = components
    components.libp2p.addEventListener('peer:identify', this.#identified)
  }

  /** Safe to call twice. */
  stop(): void {
    this.#components?.libp2p.removeEventListener('peer:identify', this.#identified)
  }

  /** PeerIds of the relays that carry us now. */
  reserved(): string[] {
    const through = this.#components?.libp2p.getMultiaddrs().filter(isRelayed).map(relayOf) ?? []
    return [...new Set(through)]
  }

  readonly #identified = ({ detail: { connection, protocols } }: CustomEvent<IdentifyResult>): void => {
    // Who dialled us says nothing about where it listens, and over a relay no place at another is given.
    const isUsable = connection.direction === 'outbound' && !isRelayed(connection.remoteAddr)
    if (!isUsable || !protocols.includes(HOP_PROTOCOL) || this.#seen.has(connection)) return
    // A peer may say who it is as often as it likes; it is asked once a line.
    this.#seen.add(connection)
    if (!this.#wantsAnother()) return
    void this.#reserve(connection.remotePeer, connection.remoteAddr)
  }

  #wantsAnother(): boolean {
    return (
      this.#transport !== undefined && this.#components?.isNeeded() === true && this.reserved().length < RELAYS_USED_MAX
    )
  }

  /** Never rejects. */
  async #reserve(relay: PeerId, address: Multiaddr): Promise<void> {
    const { logger } = this.#components ?? {}
    try {
      if (this.#listening.has(relay.toString())) await this.#transport?.reservationStore.addRelay(relay, 'configured')
      else if (this.#asked < RELAYS_ASKED_MAX) await this.#listenThrough(relay, address)
      logger?.info({ relay: relay.toString() }, 'a relay carries this node')
    } catch (error) {
      logger?.debug({ relay: relay.toString(), reason: (error as Error).message }, 'a relay has no place for us')
    }
  }

  async #listenThrough(relay: PeerId, address: Multiaddr): Promise<void> {
    this.#asked++
    await this.#manager?.listen([address.encapsulate('/p2p-circuit')])
    this.#listening.add(relay.toString())
  }
}

/** The PeerId before the circuit. */
function relayOf(address: Multiaddr): string {
  const components = address.getComponents()
  const circuit = components.findIndex(({ name }) => name === 'p2p-circuit')
  return components.slice(0, circuit).findLast(({ name }) => name === 'p2p')?.value ?? ''
}
