// Who was heard of, and when. Bounded, in memory alone; time is an argument.

import { HEARD_MAX, REMEMBERED_MS, STALE_MS } from './constants.ts'
import type { Author } from '../../feed/index.ts'
import type { Beat } from './payload.ts'

/** A node that is there. */
export interface Present extends Beat {
  author: Author
  /** By our clock, in milliseconds since 1970. */
  heardAt: number
}

export class Heard {
  /** In the order in which they were heard of last. Those who left are remembered, so that no beat of theirs counts again. */
  readonly #beats = new Map<Author, Present>()

  /** The time of the last beat of this author; 0 when none is remembered. */
  lastOf(author: Author): number {
    return this.#beats.get(author)?.time ?? 0
  }

  add(author: Author, beat: Beat, now: number): void {
    this.#beats.delete(author)
    this.#beats.set(author, { ...beat, author, heardAt: now })
    for (const [oldest, { heardAt }] of this.#beats) {
      if (this.#beats.size <= HEARD_MAX && now - heardAt < REMEMBERED_MS) break
      this.#beats.delete(oldest)
    }
  }

  /** Who is there, those heard of last first. */
  present(now: number): Present[] {
    const all = [...this.#beats.values()].toReversed()
    return all.filter(({ heardAt, node }) => node !== undefined && now - heardAt < STALE_MS)
  }
}
