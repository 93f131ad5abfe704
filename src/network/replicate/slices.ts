// Long work in slices, so that the event loop turns in between.

import { setImmediate as turn } from 'node:timers/promises'

/** Work between two turns: well below the 20 ms that an API request may wait. */
const SLICE_MS = 5

/** Work that was done since the event loop last turned for it. */
export class Slices {
  #begunAt = performance.now()

  /** Called between two pieces of work. */
  async pause(): Promise<void> {
    if (performance.now() - this.#begunAt < SLICE_MS) return
    await turn()
    this.#begunAt = performance.now()
  }
}
