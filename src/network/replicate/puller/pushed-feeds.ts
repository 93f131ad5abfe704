// What is remembered of feeds while a stream is live: how far each was pushed, and where its fork was looked for. Forgetting one costs a look
// into the log.

import { DIVERGENCE_LOOK } from '../constants.ts'
import { lookFurtherDown } from './wants.ts'
import type { Author } from '../../../feed/index.ts'
import type { FeedPosition } from '../../../log/index.ts'
import type { Pushed } from './feed-in-hand.ts'
import type { ItemPlace } from './item-place.ts'
import type { WantedRange } from './wants.ts'

const FEEDS_KEPT_MAX = 16_384

/** The feeds of one stream. */
export class PushedFeeds {
  /** The highest sequence that was pushed, of each feed. */
  readonly #upTo = new Map<Author, number>()
  /** The lowest fork point that was looked into, of each feed that proved forked. */
  readonly #lookedInto = new Map<Author, number>()

  /** Whether a pushed message stands directly behind the last one of its feed, or at its start: then there is no gap to look for. */
  continues({ author, sequence }: ItemPlace): boolean {
    const last = this.#upTo.get(author) ?? 0
    keep(this.#upTo, author, Math.max(last, sequence))
    return sequence <= last + 1
  }

  /** A pushed message proved a fork: where to look for its lowest point. Only one lower than any seen before is worth a look. */
  firstLook({ author, sequence }: Pushed, { forkedAt }: FeedPosition): WantedRange[] {
    const lowest = this.#lookedInto.get(author) ?? Number.POSITIVE_INFINITY
    if (forkedAt === undefined || forkedAt >= lowest) return []
    this.lookedInto(author, forkedAt)
    const range = lookFurtherDown(forkedAt, [{ author, from: sequence, to: sequence }], 1, DIVERGENCE_LOOK)
    return range === undefined ? [] : [{ author, ...range }]
  }

  lookedInto(author: Author, forkedAt: number): void {
    keep(this.#lookedInto, author, forkedAt)
  }
}

function keep(feeds: Map<Author, number>, author: Author, sequence: number): void {
  if (feeds.size >= FEEDS_KEPT_MAX) feeds.clear()
  feeds.set(author, sequence)
}
