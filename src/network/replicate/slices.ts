// Long work in slices, so that the event loop turns in between.

import { setImmediate as turn } from 'node:timers/promises'

/** Work between two turns: well below the 20 ms that an API request may wait. */
const SLICE_MS = 5

/** Pieces between two turns, however fast they are: a machine that measures time badly, or stands still in between, turns all the same. */
const PIECES_MAX = 256

/** Work that was done since the event loop last turned for it. */
export class Slices {
  #begunAt = performance.now()
  #pieces = 0

  /** Called between two pieces of work. */
  async pause(): Promise<void> {
    this.#pieces++
    if (this.#pieces < PIECES_MAX && performance.now() - this.#begunAt < SLICE_MS) return
    await turn()
    this.#pieces = 0
    this.#begunAt = performance.now()
  }
}
