// Messages that a disk has damaged. Each is noted as a hole in its feed, so that peers are asked for it as for one that never came; who gives it
// again, in bytes that verify and have its hash, has it put back where it stood (place.ts).

import type { SealedMessage } from '../feed/index.ts'
import type { FeedPlace } from './forgetting.ts'
import type { LogStore } from './log-store.ts'

/** Called back with what was newly noted, or with what is whole again. */
export interface MendingListener {
  noted?(places: readonly FeedPlace[]): void
  mended?(message: FeedPlace & { offset: number }): void
}

/** What is known of damaged messages. */
export class Mending {
  readonly #store: LogStore
  readonly #listeners = new Set<MendingListener>()
  #met: FeedPlace[] = []

  constructor(store: LogStore) {
    this.#store = store
  }

  /** How many messages are damaged, as far as it was seen. */
  get count(): number {
    return this.#store.damagedCount()
  }

  /** Somebody met a message that is not what was signed, perhaps in the middle of a query: it is noted in a moment. */
  met(place: FeedPlace): void {
    this.#met.push(place)
    if (this.#met.length === 1) setImmediate(() => this.#note())
  }

  /** A damaged message is as it was. */
  mended({ author, sequence, hash }: Pick<SealedMessage, 'author' | 'sequence' | 'hash'>): void {
    const offset = this.#store.message(hash)?.offset
    // It may have been forgotten in the same slice.
    if (offset === undefined) return
    for (const listener of this.#listeners) listener.mended?.({ author, sequence, offset })
  }

  /** Until the answer is called. */
  listen(listener: MendingListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #note(): void {
    const places = this.#met.splice(0)
    const noted = this.#written(places)
    if (noted.length > 0) for (const listener of this.#listeners) listener.noted?.(noted)
  }

  /** Those that were not known. A store that takes nothing now is told again when the message is next met. */
  #written(places: readonly FeedPlace[]): FeedPlace[] {
    try {
      return this.#store.transactLazily(() => places.filter((place) => this.#addHole(place)))
    } catch {
      return []
    }
  }

  /** It may have been mended or forgotten meanwhile. */
  #addHole({ author, sequence }: FeedPlace): boolean {
    const feed = this.#store.feed(author)
    if (feed === undefined || this.#store.holeAt(feed, sequence) !== undefined) return false
    const isDamaged = this.#store.messagesAt(feed, sequence).some(({ previous }) => previous === undefined)
    if (isDamaged) this.#store.addHole(feed, { from: sequence, to: sequence, reason: 'damaged' })
    return isDamaged
  }
}
