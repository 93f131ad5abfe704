// The feeds that one batch touches, each looked up once.

import { OpenFeed } from './open-feed.ts'
import type { Author } from '../feed/index.ts'
import type { FeedRow, FeedStore } from './log-store.ts'
import type { Selection } from './selection.ts'

/** Lives as long as one batch, before or inside its transaction. */
export class OpenFeeds {
  readonly #store: FeedStore
  readonly #selection: Pick<Selection, 'wantsFeed'>
  readonly #feeds = new Map<Author, OpenFeed | undefined>()

  constructor(store: FeedStore, selection: Pick<Selection, 'wantsFeed'>) {
    this.#store = store
    this.#selection = selection
  }

  /** Undefined for an author of whom nothing is held. */
  known(author: Author): OpenFeed | undefined {
    if (this.#feeds.has(author)) return this.#feeds.get(author)
    const row = this.#store.feed(author)
    const feed = row && this.#openFeed(row)
    this.#feeds.set(author, feed)
    return feed
  }

  /** The feed to append to; a new author gets one. */
  open(author: Author): OpenFeed {
    const feed = this.#feeds.get(author) ?? this.#openFeed(this.#store.openFeed(author))
    this.#feeds.set(author, feed)
    return feed
  }

  save(): void {
    for (const feed of this.#feeds.values()) feed?.save()
  }

  #openFeed(row: FeedRow): OpenFeed {
    return new OpenFeed(this.#store, row, this.#selection.wantsFeed(row.author))
  }
}
