// Time of the main thread, shared among readers that have much to read: some milliseconds in each turn of the event loop, and the rest of
// the turn is everybody else's.

import { setImmediate } from 'node:timers/promises'

/** Work of one turn, in milliseconds: an answer that waits meanwhile does not notice. */
const TURN_MS_MAX = 5

/** First come, first served. */
export class Turns {
  #line: Promise<void> = Promise.resolve()
  #endsAt = 0
  /** Whether the event loop has not come round since the last one began. */
  #isTaken = false

  /** Resolves when the caller may work, for about a millisecond and without awaiting anything: then the next one may. */
  next(): Promise<void> {
    this.#line = this.#line.then(() => this.#turn())
    return this.#line
  }

  async #turn(): Promise<void> {
    if (performance.now() < this.#endsAt) return
    if (this.#isTaken) await setImmediate()
    this.#endsAt = performance.now() + TURN_MS_MAX
    this.#isTaken = true
    void setImmediate().then(() => {
      this.#isTaken = false
    })
  }
}
