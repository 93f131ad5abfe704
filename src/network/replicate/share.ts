// What one peer may take of us per second: a bucket that refills. Whoever takes more waits; others do not.

/** A bucket of bytes, or of whatever else is counted. */
export class Share {
  readonly #perSecond: number
  readonly #burst: number
  #left: number
  #filledAt = 0

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#left = burst
  }

  /** Spends what was taken. The bucket may go below empty: then the peer waits longer. */
  spend(amount: number, now: number): void {
    this.#refill(now)
    this.#left -= amount
  }

  /** Puts something in. */
  earn(amount: number): void {
    this.#left = Math.min(this.#burst, this.#left + amount)
  }

  /** Milliseconds until something may be taken again; 0 when it may be now. */
  waitMs(now: number): number {
    this.#refill(now)
    return this.#left > 0 ? 0 : Math.ceil((1 - this.#left) / (this.#perSecond / 1000))
  }

  /** Whether nothing is lost by forgetting this share. */
  isFull(now: number): boolean {
    this.#refill(now)
    return this.#left === this.#burst
  }

  #refill(now: number): void {
    const passedMs = Math.max(0, now - this.#filledAt)
    this.#left = Math.min(this.#burst, this.#left + (passedMs * this.#perSecond) / 1000)
    this.#filledAt = now
  }
}
