// How much of something may come: buckets of tokens that refill, one for each peer or author. Pure; time is an argument.

/** So many a second in the long run, so many at once. */
export interface Rate {
  readonly perSecond: number
  readonly burst: number
}

/** One bucket, full at the start. */
export class Tokens {
  readonly #rate: Rate
  #tokens: number
  #filledAt: number

  /** @param now - milliseconds */
  constructor(rate: Rate, now: number) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#filledAt = now
  }

  /** Milliseconds until a token is there; 0 when one is. */
  waitMs(now: number): number {
    this.#refill(now)
    return this.#tokens >= 1 ? 0 : Math.ceil(((1 - this.#tokens) * 1000) / this.#rate.perSecond)
  }

  /** Takes a token, when there is one. */
  take(now: number): boolean {
    if (this.waitMs(now) > 0) return false
    this.#tokens--
    return true
  }

  /** A clock that was set back gives nothing and takes nothing. */
  #refill(now: number): void {
    const passedMs = Math.max(0, now - this.#filledAt)
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (passedMs * this.#rate.perSecond) / 1000)
    this.#filledAt = now
  }
}

/** A bucket for each key. Those not used for longest are forgotten, and begin again full. */
export class Rates {
  readonly #rate: Rate
  readonly #keptMax: number
  readonly #tokens = new Map<string, Tokens>()

  constructor(rate: Rate, keptMax: number) {
    this.#rate = rate
    this.#keptMax = keptMax
  }

  /** Whether {@link take} would give a token. */
  has(key: string, now: number): boolean {
    return (this.#tokens.get(key)?.waitMs(now) ?? 0) === 0
  }

  take(key: string, now: number): boolean {
    const tokens = this.#tokens.get(key) ?? new Tokens(this.#rate, now)
    this.#tokens.delete(key)
    this.#tokens.set(key, tokens)
    const [oldest] = this.#tokens.keys()
    if (this.#tokens.size > this.#keptMax && oldest !== undefined) this.#tokens.delete(oldest)
    return tokens.take(now)
  }
}
