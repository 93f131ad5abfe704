// One node's log without promises: the same placing of messages as src/log, over a light store and a virtual clock.

import { formatTimestamp } from '../../src/feed/index.ts'
import { positionIn } from '../../src/log/feed-position.ts'
import { OpenFeeds } from '../../src/log/open-feeds.ts'
import { appendPlaced } from '../../src/log/place.ts'
import { LightStore } from './light-store.ts'
import { Carried } from './message-pool.ts'
import type { Draft, FeedErrorCode, Identity, Item } from '../../src/feed/index.ts'
import type { FeedPosition, IngestOutcome, IngestResult, PositionAsked } from '../../src/log/index.ts'
import type { MessagePool } from './message-pool.ts'

/** When simulations begin: 2026-01-01T00:00:00Z. */
const EPOCH = Date.UTC(2026, 0, 1)

export interface LightLogInit {
  pool: MessagePool
  number: number
  identity: Identity
  clock: { readonly now: number }
  /** Called for each message that takes its place. */
  onAppended: (carried: Carried) => void
}

export class LightLog {
  readonly store: LightStore
  readonly #init: LightLogInit
  /** Whoever waits for the next entry. */
  #waiting: (() => void)[] = []

  constructor(init: LightLogInit) {
    this.#init = init
    this.store = new LightStore(init.pool, init.number)
  }

  publish(draft: Draft): Carried {
    const { pool, identity, clock } = this.#init
    const { head, headHash } = this.store.feed(identity.author) ?? { head: 0, headHash: undefined }
    const timestamp = formatTimestamp(EPOCH + Math.floor(clock.now))
    const carried = pool.seal(draft, { sequence: head, hash: headHash }, timestamp, identity)
    this.append([carried], undefined)
    return carried
  }

  /** A peer's items, as they came over a stream. */
  ingest(items: readonly Item[], from: string): IngestResult[] {
    return this.append(
      items.map((item) => this.#init.pool.open(item)),
      from,
    )
  }

  append(opened: readonly (Carried | FeedErrorCode)[], from: string | undefined): IngestResult[] {
    const feeds = new OpenFeeds(this.store, EVERY_FEED)
    const results = opened.map((one) => (one instanceof Carried ? this.#place(feeds, one, from) : { error: one }))
    feeds.save()
    for (const [index, result] of results.entries()) {
      const one = opened[index]
      if ('outcome' in result && result.outcome === 'appended' && one instanceof Carried) this.#init.onAppended(one)
    }
    if (results.some((result) => 'outcome' in result && RINGS.has(result.outcome))) this.#ring()
    return results
  }

  positions(asked: readonly PositionAsked[]): FeedPosition[] {
    return asked.map((one) => positionIn(this.store, one, true))
  }

  /** Calls back when there is an entry behind this offset. */
  whenBeyond(offset: number, call: () => void): void {
    if (this.store.cursor().offset > offset) call()
    else this.#waiting.push(call)
  }

  #place(feeds: OpenFeeds, { message }: Carried, receivedFrom: string | undefined): IngestResult {
    const receivedAt = EPOCH + Math.floor(this.#init.clock.now)
    return { outcome: appendPlaced(feeds.open(message.author), message, { receivedAt, receivedFrom }) }
  }

  #ring(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const call of waiting) call()
  }
}

/** Simulated nodes select nothing. */
const EVERY_FEED = { wantsFeed: () => true }

/** After these there may be a new entry. */
const RINGS: ReadonlySet<IngestOutcome> = new Set(['appended', 'forked'])
