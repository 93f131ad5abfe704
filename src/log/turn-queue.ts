// Work that waits for a turn of the event loop, so that what comes together is done in one go and a long line never holds up the rest.

/**
 * While the line grows from turn to turn it waits, because one commit for all costs as much as one for the first; but no longer than
 * this, which nobody notices.
 */
const GATHER_MS_MAX = 2

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
    this.#gather(0, performance.now() + GATHER_MS_MAX)
  }

  #gather(seen: number, until: number): void {
    setImmediate(() => {
      const { length } = this.#waiting
      const isGrowing = length > seen && length < this.#batchMax && performance.now() < until
      if (isGrowing) this.#gather(length, until)
      else this.#work()
    })
  }

  #work(): void {
    const done = this.#doBatch(this.#waiting.slice(0, this.#batchMax))
    this.#waiting.splice(0, done)
    this.#isScheduled = false
    this.#schedule()
  }
}
