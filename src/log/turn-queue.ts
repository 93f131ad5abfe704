// Work that waits for the next turn of the event loop, so that all of one turn is done in one go and a long line never holds up the rest.

/** A line of work, first come first served. */
export class TurnQueue<Work> {
  readonly #batchMax: number
  readonly #doBatch: (batch: readonly Work[]) => number
  #waiting: Work[] = []
  #isScheduled = false

  /**
   * @param batchMax - works taken in one turn, at most
   * @param doBatch - does the first of them, at least one, and answers how many; the others wait for the next turn. It must not throw.
   */
  constructor(batchMax: number, doBatch: (batch: readonly Work[]) => number) {
    this.#batchMax = batchMax
    this.#doBatch = doBatch
  }

  push(work: Work): void {
    this.#waiting.push(work)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      const done = this.#doBatch(this.#waiting.slice(0, this.#batchMax))
      this.#waiting.splice(0, done)
      this.#schedule()
    })
  }
}
