// What became of the last dial to each address of a peer: what "peers why" tells.

import type { DialFailure } from './dial-failure.ts'
import type { KnownPeer } from './known-peer.ts'

/** One address and its last dial. */
export interface Attempt {
  address: string
  /** Milliseconds since 1970; when it ended. */
  at: number
  /** Undefined when it led to a connection. */
  failure: DialFailure | undefined
}

/** Kept as long as the peer is. */
export class Attempts {
  readonly #clock: () => number
  readonly #attempts = new WeakMap<KnownPeer, Map<string, Attempt>>()

  constructor(clock: () => number) {
    this.#clock = clock
  }

  note(peer: KnownPeer, address: string, failure?: DialFailure): void {
    const attempts = this.#attempts.get(peer) ?? new Map<string, Attempt>()
    this.#attempts.set(peer, attempts)
    attempts.set(address, { address, at: this.#clock(), failure })
  }

  /** Of the addresses that it still has, in their order. */
  of(peer: KnownPeer): Attempt[] {
    const attempts = this.#attempts.get(peer)
    return peer.multiaddrs.flatMap((address) => attempts?.get(address.toString()) ?? [])
  }
}
