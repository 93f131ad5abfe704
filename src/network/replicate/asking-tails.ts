// The tails that a puller asks one server for: messages by topic, in the order in which they arrived there.

import { RETRY_MS_DEFAULT, RETRY_MS_MAX } from './constants.ts'
import type { StoreCursor } from '../../log/index.ts'
import type { AskedTail, Done } from './frames.ts'
import type { TailStart } from './resume.ts'

interface OpenTail extends AskedTail {
  /** Frames handed to the log and not yet answered. */
  ingesting: number
  isDone: boolean
}

/** Tails that wait, and tails that are open. */
export class AskingTails {
  #waiting: TailStart[] = []
  readonly #open = new Map<number, OpenTail>()
  #notBefore = Number.POSITIVE_INFINITY

  /** Whether nothing is asked and nothing waits. */
  get isIdle(): boolean {
    return this.#open.size + this.#waiting.length === 0
  }

  /** Whether the server owes something. */
  get isAwaiting(): boolean {
    return [...this.#open.values()].some(({ isDone }) => !isDone)
  }

  /** When to ask for what the server put off; Infinity when it put nothing off. */
  get notBefore(): number {
    return this.#notBefore
  }

  /** @param told - up to where the server has told: with nothing behind a cursor there is nothing to ask for */
  queue(tails: readonly TailStart[], told: StoreCursor): void {
    this.#waiting.push(...tails.filter(({ cursor }) => cursor.offset !== told.offset || cursor.check !== told.check))
  }

  has(id: number): boolean {
    return this.#open.has(id)
  }

  /** Tails to ask for now. */
  take(now: number, nextId: () => number): AskedTail[] {
    if (now >= this.#notBefore) this.#notBefore = Number.POSITIVE_INFINITY
    if (this.#notBefore < Number.POSITIVE_INFINITY) return []
    return this.#waiting.splice(0).map((tail) => {
      const asked = { id: nextId(), ...tail }
      this.#open.set(asked.id, { ...asked, ingesting: 0, isDone: false })
      return asked
    })
  }

  /** A frame of messages is handed to the log; false when nothing more may come. */
  accept(id: number): boolean {
    const tail = this.#open.get(id)
    if (tail === undefined || tail.isDone) return false
    tail.ingesting++
    return true
  }

  /** False when no such tail is open. */
  end({ id, code, cursor, retryMs = RETRY_MS_DEFAULT }: Done, now: number): boolean {
    const tail = this.#open.get(id)
    if (tail === undefined || tail.isDone) return false
    tail.isDone = true
    if (code !== 'answered') {
      this.#waiting.push({ cursor: cursor ?? tail.cursor, topics: tail.topics })
      this.#notBefore = now + Math.min(retryMs, RETRY_MS_MAX)
    }
    this.#settle(tail)
    return true
  }

  /** The log has taken in a frame. */
  ingested(id: number): void {
    const tail = this.#open.get(id)
    if (tail === undefined) return
    tail.ingesting--
    this.#settle(tail)
  }

  #settle({ id, isDone, ingesting }: OpenTail): void {
    if (isDone && ingesting === 0) this.#open.delete(id)
  }
}
