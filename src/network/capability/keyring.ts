// The network keys of one node. There is one, except while a network changes its key (spec §9): then the first is the one that we speak with, all
// let somebody in, and a peer that does not answer to the first is greeted with the next.

import { KEY_BYTES, PASSED_KEPT_MAX, UNANSWERED_MS } from './constants.ts'

/** A peer that got through the gate. */
export interface Passed {
  peer: string
  /** The capability under which it did so last. */
  capability: Uint8Array
  /** Milliseconds since 1970. */
  at: number
}

/** Which key a hello is made with, which ones are taken, and who came by which. */
export class Keyring {
  /** The first is spoken. */
  readonly capabilities: readonly [Uint8Array, ...Uint8Array[]]
  readonly #clock: () => number
  /** Peers that hung up on a hello of ours, with the capability of it. */
  readonly #unanswered = new Map<string, { capability: Uint8Array; at: number }>()
  /** Those who came in last stand last. */
  readonly #passed = new Map<string, Passed>()

  /** @param capabilities - each the SHA-256 of a network key, 32 bytes */
  constructor(capabilities: readonly [Uint8Array, ...Uint8Array[]], clock: () => number) {
    if (capabilities.some(({ length }) => length !== KEY_BYTES))
      throw new TypeError(`a capability has ${KEY_BYTES} bytes`)
    this.capabilities = capabilities
    this.#clock = clock
  }

  /** What a hello to this peer is made with: the first capability, or the one behind that which it has just hung up on. */
  toGreet(peer: string): Uint8Array {
    const [first, ...others] = this.capabilities
    const last = this.#unanswered.get(peer)
    if (last === undefined || this.#clock() - last.at > UNANSWERED_MS) return first
    return others[this.capabilities.indexOf(last.capability)] ?? first
  }

  unanswered(peer: string, capability: Uint8Array): void {
    if (this.capabilities.length === 1) return
    keepLatest(this.#unanswered, peer, { capability, at: this.#clock() })
  }

  passed(peer: string, capability: Uint8Array): void {
    // The next hello begins with the first key again: a peer that changes its key is met under the new one.
    this.#unanswered.delete(peer)
    keepLatest(this.#passed, peer, { peer, capability, at: this.#clock() })
  }

  /** Whether a peer came in last by another key than the first. */
  isBehind(peer: string): boolean {
    const passed = this.#passed.get(peer)
    return passed !== undefined && passed.capability !== this.capabilities[0]
  }

  /** The peers that came in last under one capability, the latest first. */
  under(capability: Uint8Array): Passed[] {
    return [...this.#passed.values()].filter((passed) => passed.capability === capability).toReversed()
  }
}

/** Whoever answers a dial can make up PeerIds. */
function keepLatest<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > PASSED_KEPT_MAX && oldest !== undefined) map.delete(oldest)
}
