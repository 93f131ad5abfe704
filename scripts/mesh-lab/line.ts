// The way from one host to another: what is lost on it, and when the rest arrives. Pure: chance and time are arguments.

/** How bad a line is. Each direction between two hosts is a line of its own. */
export interface LineSettings {
  /**
   * Share of frames that are lost.
   *
   * @default 0
   */
  loss?: number
  /**
   * One way, for every frame.
   *
   * @default 0
   */
  delayMs?: number
  /**
   * Up to so much is added to the delay; frames stay in order.
   *
   * @default 0
   */
  jitterMs?: number
  /**
   * Share of frames that skip the delay, and so overtake others.
   *
   * @default 0
   */
  overtaking?: number
  /**
   * Bits per second; frames wait for one another, and are lost once the line is {@link QUEUE_MS_MAX} behind.
   *
   * @default Infinity
   */
  rate?: number
}

/** What a home router buffers, about: more is not patience, it is a line that nobody would call up. */
export const QUEUE_MS_MAX = 500

/** One direction between two hosts. */
export class Line {
  readonly #random: () => number
  /** When the last bit of the frame before has left. */
  #freeAt = 0
  /** When the frame before arrives, so that jitter alone never changes the order. */
  #lastArrival = 0

  constructor(random: () => number) {
    this.#random = random
  }

  /** When a frame that is sent now arrives, in the clock of `now`; undefined when it is lost. */
  arrival(bytes: number, now: number, settings: LineSettings): number | undefined {
    const { loss = 0, delayMs = 0, jitterMs = 0, overtaking = 0, rate = Number.POSITIVE_INFINITY } = settings
    // Always as many draws, so that other settings meet the same chances.
    const [lost, jitter, overtakes] = [this.#random(), this.#random(), this.#random()]
    const sentAt = Math.max(now, this.#freeAt) + (bytes * 8_000) / rate
    if (lost < loss || sentAt - now > QUEUE_MS_MAX) return undefined
    this.#freeAt = sentAt
    if (overtakes < overtaking) return sentAt
    this.#lastArrival = Math.max(this.#lastArrival, sentAt + delayMs + jitter * jitterMs)
    return this.#lastArrival
  }
}
