// How far a puller came with a server, and when to write it down.

import { REMEMBER_EVERY_MS } from '../constants.ts'
import type { StoreCursor } from '../../../log/index.ts'

/** The latest cursor up to which everything is here. */
export class Progress {
  #cursor: StoreCursor | undefined
  #rememberedAt = Number.NEGATIVE_INFINITY

  reached(cursor: StoreCursor): void {
    this.#cursor = cursor
  }

  /** What is worth writing down now: the first progress at once, later progress from time to time. */
  due(now: number): StoreCursor | undefined {
    if (this.#cursor === undefined || now - this.#rememberedAt < REMEMBER_EVERY_MS) return undefined
    this.#rememberedAt = now
    return this.rest()
  }

  /** What was not written down yet. */
  rest(): StoreCursor | undefined {
    const cursor = this.#cursor
    this.#cursor = undefined
    return cursor
  }
}
