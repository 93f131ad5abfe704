// How many bytes may be on their way to us: the puller's side of credit. Memory that peers fill is bounded by it and by nothing else.

import { CREDIT_BYTES_INITIAL, CREDIT_BYTES_MAX, CREDIT_BYTES_MIN, CREDIT_BYTES_TOTAL } from '../constants.ts'

/** Kept free for streams still to come. */
const RESERVE_BYTES = CREDIT_BYTES_TOTAL / 4

/** The credit of all streams of a node. */
export class CreditPool {
  #free = CREDIT_BYTES_TOTAL

  /** Room for a new stream: the usual window while there is plenty, a small one when there is not, 0 when all is in use. */
  open(): number {
    return this.#take(CREDIT_BYTES_INITIAL, RESERVE_BYTES) || this.#take(CREDIT_BYTES_MIN, 0)
  }

  /** More room for a stream that has `window` and is catching up. */
  widen(window: number): number {
    return this.#take(CREDIT_BYTES_MAX - window, RESERVE_BYTES)
  }

  release(bytes: number): void {
    this.#free += bytes
  }

  #take(bytes: number, leaving: number): number {
    if (this.#free - bytes < leaving) return 0
    this.#free -= bytes
    return bytes
  }
}

/** The credit of one stream: `window` bytes are either granted and not yet used, or received and not yet stored, or free to grant. */
export class CreditWindow {
  readonly #pool: Pick<CreditPool, 'open' | 'widen' | 'release'>
  #window: number
  #granted = 0
  #unstored = 0
  #isFirst = true

  constructor(pool: Pick<CreditPool, 'open' | 'widen' | 'release'>) {
    this.#pool = pool
    this.#window = pool.open()
  }

  /** 0 when all credit of the node is in use. */
  get window(): number {
    return this.#window
  }

  /** Whether the server may send anything now. */
  get isOpen(): boolean {
    return this.#granted > 0
  }

  /** Notes a received frame; false when it was more than the server was granted. */
  receive(bytes: number): boolean {
    this.#granted -= bytes
    this.#unstored += bytes
    return this.#granted >= 0
  }

  /** What was received is stored: its room is free again. */
  stored(bytes: number): void {
    this.#unstored -= bytes
  }

  /**
   * What to grant now: nothing while it would be a small part of the window, so that grants stay rare. A stream that has used its first
   * window and is still catching up gets a wider one.
   */
  grant(isCatchingUp: boolean): number {
    if (this.#free < this.#window / 4) return 0
    if (isCatchingUp && !this.#isFirst) this.#window += this.#pool.widen(this.#window)
    this.#isFirst = false
    const bytes = this.#free
    this.#granted += bytes
    return bytes
  }

  /** Gives the window back to the pool. */
  release(): void {
    this.#pool.release(this.#window)
    this.#window = 0
  }

  get #free(): number {
    return this.#window - this.#granted - this.#unstored
  }
}
