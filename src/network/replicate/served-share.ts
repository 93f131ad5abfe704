// What one peer is served per second: a bucket of bytes that refills. A peer that asks for everything again and again waits; others do not.

import { SERVED_BYTES_BURST, SERVED_BYTES_PER_SECOND } from './constants.ts'

/** One peer's share, over all its streams. */
export class ServedShare {
  #bytes = SERVED_BYTES_BURST
  #filledAt = 0

  /** Spends bytes that were sent, or work that was done. The bucket may go below empty: then the peer waits longer. */
  spend(bytes: number, now: number): void {
    this.#refill(now)
    this.#bytes -= bytes
  }

  /** Milliseconds until this peer is served again; 0 when it may be served now. */
  waitMs(now: number): number {
    this.#refill(now)
    return this.#bytes > 0 ? 0 : Math.ceil((1 - this.#bytes) / (SERVED_BYTES_PER_SECOND / 1000))
  }

  /** Whether nothing is lost by forgetting this share. */
  isFull(now: number): boolean {
    this.#refill(now)
    return this.#bytes === SERVED_BYTES_BURST
  }

  #refill(now: number): void {
    const passedMs = Math.max(0, now - this.#filledAt)
    this.#bytes = Math.min(SERVED_BYTES_BURST, this.#bytes + (passedMs * SERVED_BYTES_PER_SECOND) / 1000)
    this.#filledAt = now
  }
}
