// What the gate counts: the handshakes in progress, and why others failed. One instance a node; status reads it.

import { GATES_INBOUND_MAX, GATES_PER_SOURCE_MAX } from './constants.ts'
import { CAPABILITY_CAUSES, causeOfCode } from './errors.ts'
import type { CapabilityCause, CapabilityErrorCode } from './errors.ts'

export interface GatesInit {
  /**
   * Inbound gates in progress, loopback included.
   *
   * @default 64
   */
  inboundMax?: number
  /**
   * Inbound gates in progress from one source.
   *
   * @default 4
   */
  perSourceMax?: number
}

/** Gates in progress by direction; outbound ones have no limit here, since the dial queue has one. */
export interface GatesInProgress {
  inbound: number
  outbound: number
}

export class Gates {
  readonly #inboundMax: number
  readonly #perSourceMax: number
  readonly #perSource = new Map<string, number>()
  readonly #refusals = new Map<CapabilityCause, number>()
  #inbound = 0
  #outbound = 0

  constructor({ inboundMax = GATES_INBOUND_MAX, perSourceMax = GATES_PER_SOURCE_MAX }: GatesInit = {}) {
    this.#inboundMax = inboundMax
    this.#perSourceMax = perSourceMax
  }

  /** How many gates failed for each cause since the node started, both directions together. */
  counts(): Record<CapabilityCause, number> {
    const entries = CAPABILITY_CAUSES.map((cause) => [cause, this.#refusals.get(cause) ?? 0])
    // Every cause has its entry, which fromEntries cannot say.
    return Object.fromEntries(entries) as Record<CapabilityCause, number>
  }

  inProgress(): GatesInProgress {
    return { inbound: this.#inbound, outbound: this.#outbound }
  }

  countRefusal(code: CapabilityErrorCode): void {
    const cause = causeOfCode(code)
    this.#refusals.set(cause, (this.#refusals.get(cause) ?? 0) + 1)
  }

  /** Takes a place for an inbound gate, or answers false when there is none. A source that is undefined has no share. */
  enterInbound(source: string | undefined): boolean {
    if (this.#inbound >= this.#inboundMax) return false
    if (source !== undefined && this.#placesOf(source) >= this.#perSourceMax) return false
    this.#inbound += 1
    if (source !== undefined) this.#perSource.set(source, this.#placesOf(source) + 1)
    return true
  }

  /** Gives back what `enterInbound` took. */
  leaveInbound(source: string | undefined): void {
    this.#inbound -= 1
    if (source === undefined) return
    const left = this.#placesOf(source) - 1
    // Sources come from strangers: one that holds nothing leaves nothing behind.
    if (left > 0) this.#perSource.set(source, left)
    else this.#perSource.delete(source)
  }

  enterOutbound(): void {
    this.#outbound += 1
  }

  leaveOutbound(): void {
    this.#outbound -= 1
  }

  #placesOf(source: string): number {
    return this.#perSource.get(source) ?? 0
  }
}
