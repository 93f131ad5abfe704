// Live 1 on the server's side: the log is followed only to learn that something has changed; what changed is told by head. What gossip
// brings to the puller in the same moment can wait: told at once, it would be fetched a second time.

import { PUSHED_TOLD_AFTER_MS } from '../constants.ts'
import { isNews } from './live-tail.ts'
import type { Entry, MessageEntry } from '../../../log/index.ts'
import type { ServedScope } from '../scope.ts'
import type { ServerStep } from './server-steps.ts'

/** Changes are gathered while the puller takes in the telling before. */
export class LiveHeads {
  readonly #peer: string
  readonly #isPushed: (message: MessageEntry) => boolean
  readonly #scope: ServedScope
  #readUpTo = 0
  #isReading = false
  /** When what has changed is to be told; Infinity when nothing has. */
  #tellAt = Number.POSITIVE_INFINITY
  #mayTell = false

  /** @param isPushed - whether this node sent a message to the puller by gossip itself */
  constructor(peer: string, scope: ServedScope, isPushed: (message: MessageEntry) => boolean) {
    this.#peer = peer
    this.#scope = scope
    this.#isPushed = isPushed
  }

  /** When {@link takeNews} is to be asked again; Infinity while it would be of no use. */
  get deadline(): number {
    return this.#mayTell ? this.#tellAt : Number.POSITIVE_INFINITY
  }

  /** The puller has taken in what was told. */
  tookIn(): void {
    this.#mayTell = true
  }

  entriesRead(entries: readonly Entry[], now: number): void {
    this.#isReading = false
    this.#readUpTo = entries.at(-1)?.offset ?? this.#readUpTo
    const news = entries.filter((entry) => isNews(entry, this.#peer, this.#scope))
    if (news.length === 0) return
    const waitMs = news.every(this.#isPushed) ? PUSHED_TOLD_AFTER_MS : 0
    this.#tellAt = Math.min(this.#tellAt, now + waitMs)
  }

  /** Whether a telling is due. Asking clears it. */
  takeNews(now: number): boolean {
    if (now < this.#tellAt || !this.#mayTell) return false
    this.#tellAt = Number.POSITIVE_INFINITY
    this.#mayTell = false
    return true
  }

  /** Follows the log while nothing is due. */
  *follow(toldUpTo: number, now: number): Generator<ServerStep> {
    if (this.#isReading || now >= this.#tellAt) return
    this.#isReading = true
    this.#readUpTo = Math.max(this.#readUpTo, toldUpTo)
    yield { type: 'readNews', after: this.#readUpTo }
  }
}
