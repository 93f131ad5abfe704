// Calls back at given times, in their order. One timer for all: timers of one millisecond each would overtake one another.

interface Waiter {
  time: number
  call: () => void
}

export class Waiting {
  readonly #clock: () => number
  /** By time; those of the same time in the order they came. */
  readonly #waiters: Waiter[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(clock: () => number) {
    this.#clock = clock
  }

  /** At once when the time has come and nobody else waits for it. */
  at(time: number, call: () => void): void {
    if (this.#waiters.length === 0 && time <= this.#clock()) {
      call()
      return
    }
    // Almost always last, or close to it.
    const before = this.#waiters.findLastIndex((waiter) => waiter.time <= time)
    this.#waiters.splice(before + 1, 0, { time, call })
    if (before === -1) this.#setTimer()
  }

  /** Nobody is called any more. */
  close(): void {
    this.#waiters.length = 0
    clearTimeout(this.#timer)
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    const [first] = this.#waiters
    if (first === undefined) return
    this.#timer = setTimeout(() => this.#callDue(), Math.max(0, first.time - this.#clock()))
  }

  #callDue(): void {
    const now = this.#clock()
    while (this.#waiters[0] !== undefined && this.#waiters[0].time <= now) this.#waiters.shift()?.call()
    this.#setTimer()
  }
}
