// Whom this node refused, and why: counts by cause, and the last ones with their time. For people who look at the status.

import { REFUSALS_SHOWN_MAX } from './constants.ts'
import type { CapabilityCause, Gates } from '../capability/index.ts'

const PEER_CAUSES = [
  'banned',
  'misconduct',
  'warned',
  'no_place',
  'too_many_from_host',
  'too_many_of_peer',
  'unfinished',
  'author_budget',
  'peer_budget',
] as const

/**
 * Why somebody was refused for another reason than the gate's:
 *
 * - `banned`: it is under a ban, or has just come under one.
 * - `misconduct`: it was disconnected for what it sent.
 * - `warned`: what it asked for was refused, and its connection left.
 * - `no_place`: as many others as we take are connected to us, or about to prove who they are.
 * - `too_many_from_host`: as many connections as one host may have stand already, or are about to.
 * - `too_many_of_peer`: as many connections as one identity may have stand already.
 * - `unfinished`: it ended, or was ended after some seconds, before it had proved who it is. Where the gate has seen why, it counts it as well.
 * - `author_budget`, `peer_budget`: as much was stored of an author, or from a peer, as is in a day; the rest is asked for later.
 */
export type PeerCause = (typeof PEER_CAUSES)[number]

/** Why somebody was refused. */
export type RefusalCause = CapabilityCause | PeerCause

/** One refusal, or the same one again and again. */
export interface Refusal {
  /** Milliseconds since 1970; of the last time. */
  at: number
  times: number
  cause: RefusalCause
  /** The public code of the error behind it. */
  code?: string | undefined
  /** PeerId, where it was proved. */
  peer?: string | undefined
  address?: string | undefined
  /** Whose budget of storage is spent. */
  author?: string | undefined
}

/** What was refused since the start. */
export class Refusals {
  readonly #gates: Pick<Gates, 'counts'>
  readonly #clock: () => number
  readonly #counts = new Map<PeerCause, number>(PEER_CAUSES.map((cause) => [cause, 0]))
  /** By who and why, the latest last: whoever is refused without end hides nobody else. */
  readonly #last = new Map<string, Refusal>()

  constructor(gates: Pick<Gates, 'counts'>, clock: () => number) {
    this.#gates = gates
    this.#clock = clock
  }

  /** Somebody was refused for a reason of ours. */
  note(refusal: Refused & { cause: PeerCause }): void {
    this.#counts.set(refusal.cause, (this.#counts.get(refusal.cause) ?? 0) + 1)
    this.#show(refusal)
  }

  /** Somebody was refused by the gate, which counts for itself. */
  noteAtGate(refusal: Refused & { cause: CapabilityCause }): void {
    this.#show(refusal)
  }

  /** How many for each cause. */
  counts(): Record<string, number> {
    return { ...this.#gates.counts(), ...Object.fromEntries(this.#counts) }
  }

  /** The last ones, newest first. */
  last(): Refusal[] {
    return [...this.#last.values()].toReversed()
  }

  #show(refusal: Refused): void {
    const key = keyOf(refusal)
    const times = (this.#last.get(key)?.times ?? 0) + 1
    this.#last.delete(key)
    this.#last.set(key, { at: this.#clock(), times, ...refusal })
    const [oldest] = this.#last.keys()
    if (this.#last.size > REFUSALS_SHOWN_MAX && oldest !== undefined) this.#last.delete(oldest)
  }
}

type Refused = Omit<Refusal, 'at' | 'times'>

/** Who proved nothing is known by his host: each connection comes from another port. */
function keyOf({ cause, code, peer, address, author }: Refused): string {
  return [cause, code, peer ?? address?.replace(/\/(tcp|udp)\/.*$/, ''), author].join(' ')
}
