// Inbound connections that have proved nothing yet: how many there may be, in all and from one host, and what becomes of those that never do.

import { CapabilityError, GATES_INBOUND_MAX, GATES_PER_SOURCE_MAX, sourceOf } from '../capability/index.ts'
import type { MultiaddrConnection } from '@libp2p/interface'
import type { PeerCause } from './refusals.ts'

/** As much of a connection as is looked at. */
export type StrangeConnection = Pick<MultiaddrConnection, 'remoteAddr' | 'addEventListener'>

/** Those of one node. They are here from their first byte until the gate has opened, or they are gone. */
export class Strangers {
  readonly #here = new Map<StrangeConnection, string | undefined>()
  readonly #onUnfinished: (connection: StrangeConnection) => void

  /** @param onUnfinished - told of each that ended before it had proved anything, unless the gate refused it */
  constructor(onUnfinished: (connection: StrangeConnection) => void) {
    this.#onUnfinished = onUnfinished
  }

  /** Takes one more in, or says why not. Loopback is no host. */
  enter(connection: StrangeConnection): PeerCause | undefined {
    const source = sourceOf(connection.remoteAddr)
    const ofSource = [...this.#here.values()].filter((other) => source !== undefined && other === source)
    if (ofSource.length >= GATES_PER_SOURCE_MAX) return 'too_many_from_host'
    if (this.#here.size >= GATES_INBOUND_MAX) return 'no_place'
    this.#here.set(connection, source)
    connection.addEventListener('close', ({ error }) => {
      // What the gate refused, it has counted.
      if (this.#here.delete(connection) && !(error instanceof CapabilityError)) this.#onUnfinished(connection)
    })
    return undefined
  }

  /** It has proved who it is. */
  leave(connection: StrangeConnection): void {
    this.#here.delete(connection)
  }
}
