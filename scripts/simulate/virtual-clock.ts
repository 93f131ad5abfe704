// Time that passes only when something happens in it. What is due at one moment happens in the order it was asked for.

import { Heap } from './heap.ts'

export class VirtualClock {
  /** Milliseconds since the start. */
  now = 0
  /** How much has happened. */
  events = 0
  readonly #due = new Heap<() => void>()

  after(ms: number, call: () => void): void {
    this.at(this.now + ms, call)
  }

  at(time: number, call: () => void): void {
    this.#due.put(Math.max(time, this.now), call)
  }

  /** Lets things happen until `isOver` says so, nothing is left, or the time is up. */
  run(isOver: () => boolean, untilMs: number): void {
    while (!isOver() && (this.#due.first?.time ?? Number.POSITIVE_INFINITY) <= untilMs) {
      const next = this.#due.take()
      if (next === undefined) return
      this.now = next.time
      this.events++
      next.what()
    }
  }
}
