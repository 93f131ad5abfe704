// Whose turn it is to send the past of topics: one peer at a time, so that what one has sent can be named to the next, and comes once. A peer
// that stalls, or is slow, holds nobody up for long.

import { PAST_WAIT_MS_MAX } from '../constants.ts'
import type { Source } from './in-flight.ts'

/** The turns of one node. */
export class PastTurns {
  #turn: { of: Source; claimedAt: number } | undefined
  /** Who waits for a turn, and since when. */
  readonly #waiting = new Map<Source, number>()

  /** Whether this source may be asked now; it is woken when it is worth while to try again, or tries at {@link dueFor}. */
  begin(source: Source, now: number): boolean {
    const isFree = this.#turn === undefined || this.#turn.of === source || now >= this.dueFor(source)
    if (isFree) {
      this.#waiting.delete(source)
      this.#turn = { of: source, claimedAt: now }
    } else if (!this.#waiting.has(source)) this.#waiting.set(source, now)
    return isFree
  }

  /** It has sent what it had, or is gone. */
  end(source: Source): void {
    this.#waiting.delete(source)
    if (this.#turn?.of !== source) return
    this.#turn = undefined
    for (const other of this.#waiting.keys()) other.wake()
  }

  /** When a source that waits need wait no longer; Infinity for one that does not. */
  dueFor(source: Source): number {
    const since = this.#waiting.get(source)
    if (since === undefined || this.#turn === undefined) return Number.POSITIVE_INFINITY
    return Math.min(this.#turn.of.dueAt(this.#turn), since + PAST_WAIT_MS_MAX)
  }
}
