// Live 1 on the server's side: the log is followed only to learn that something has changed; what changed is told by head.

import { isNews } from './live-tail.ts'
import type { Entry } from '../../log/index.ts'
import type { ServerStep } from './server-steps.ts'

/** Changes are gathered while the puller takes in the telling before. */
export class LiveHeads {
  readonly #peer: string
  #readUpTo = 0
  #isReading = false
  #hasNews = false
  #mayTell = false

  constructor(peer: string) {
    this.#peer = peer
  }

  /** The puller has taken in what was told. */
  tookIn(): void {
    this.#mayTell = true
  }

  entriesRead(entries: readonly Entry[]): void {
    this.#isReading = false
    this.#hasNews ||= entries.some((entry) => isNews(entry, this.#peer))
    this.#readUpTo = entries.at(-1)?.offset ?? this.#readUpTo
  }

  /** Whether a telling is due. Asking clears it. */
  takeNews(): boolean {
    if (!this.#hasNews || !this.#mayTell) return false
    this.#hasNews = false
    this.#mayTell = false
    return true
  }

  /** Follows the log while nothing waits to be told. */
  *follow(toldUpTo: number): Generator<ServerStep> {
    if (this.#isReading || this.#hasNews) return
    this.#isReading = true
    this.#readUpTo = Math.max(this.#readUpTo, toldUpTo)
    yield { type: 'readEntries', after: this.#readUpTo, atOnce: false }
  }
}
