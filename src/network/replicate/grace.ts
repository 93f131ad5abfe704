// Live 1: heads that a server tells are most often of messages that gossip brings in the same moment. They are held back for a while, and
// compared when it is over: what has come by then is not asked for. Spec §6.

import { GRACE_MS, HINT_OPEN_MS, HINTS_OPEN_MAX } from './constants.ts'
import type { Author } from '../../feed/index.ts'
import type { FeedPosition } from '../../log/index.ts'
import type { ToldHead } from './frames.ts'

/** Somebody learned elsewhere that the server has messages of this feed, up to a sequence. A claim, like a head. */
export interface Hint {
  author: Author
  upTo: number
}

/** The heads of one round that wait, and the hints that leave no time to wait. */
export class Grace {
  #heads: ToldHead[] = []
  #over = Number.NEGATIVE_INFINITY
  /** Until when each hint counts as open. */
  readonly #hints = new Map<Author, Hint & { until: number }>()

  /** How many heads wait. */
  get waiting(): number {
    return this.#heads.length
  }

  /** When the heads that wait are due; Infinity when none does. */
  get deadline(): number {
    return this.#heads.length === 0 ? Number.POSITIVE_INFINITY : this.#over
  }

  /** A telling begins on a live stream. All its heads wait for the same moment. */
  begin(now: number): void {
    this.#over = now + GRACE_MS
  }

  hold(heads: readonly ToldHead[]): void {
    for (const head of heads) this.#heads.push(head)
  }

  /** Until this is here, or some time has passed, no head waits. */
  hinted(hint: Hint, now: number): void {
    const [oldest] = this.#hints.keys()
    if (this.#hints.size === HINTS_OPEN_MAX && oldest !== undefined) this.#hints.delete(oldest)
    this.#hints.set(hint.author, { ...hint, until: now + HINT_OPEN_MS })
  }

  /** A message of a hinted feed came on this stream. */
  arrived(author: Author, sequence: number): void {
    if (sequence >= (this.#hints.get(author)?.upTo ?? Number.POSITIVE_INFINITY)) this.#hints.delete(author)
  }

  /** Where we stand in a feed was looked up. */
  compared({ author, head, missing }: FeedPosition): void {
    const upTo = this.#hints.get(author)?.upTo
    if (upTo === undefined || head < upTo || missing.some(({ from, to }) => from <= upTo && upTo <= to)) return
    this.#hints.delete(author)
  }

  /** Heads whose time has come. */
  takeDue(now: number): ToldHead[] {
    if (now < this.#over && !this.#isHinted(now)) return []
    return this.#heads.splice(0)
  }

  #isHinted(now: number): boolean {
    for (const [author, { until }] of this.#hints) {
      if (now < until) return true
      this.#hints.delete(author)
    }
    return false
  }
}
