// A peer's messages on their way in: opened, verified side by side, then appended in slices of one transaction each.

import { FeedError, openItem, parseTimestamp } from '../feed/index.ts'
import { KeyedMutex } from '../util/index.ts'
import { OpenFeeds } from './open-feeds.ts'
import { appendPlaced, knownOutcome } from './place.ts'
import { TurnQueue } from './turn-queue.ts'
import { verifyingOnThePool } from './verifying.ts'
import type { FeedErrorCode, Item, SealedMessage } from '../feed/index.ts'
import type { LogComponents } from './components.ts'
import type { FeedPlace } from './forgetting.ts'
import type { LogStore } from './log-store.ts'
import type { Mending } from './mending.ts'
import type { OwnFeed } from './own-feed.ts'
import type { Selection } from './selection.ts'

/**
 * What became of a message that was not wrong. `mended`: it took the place of one that a disk had damaged. `forked`: it is, or comes after,
 * evidence of a fork; without effect. `unwanted`: it came unasked, and neither its author nor any of its tags is selected.
 */
export type IngestOutcome =
  | 'appended'
  | 'duplicate'
  | 'mended'
  | 'forgotten'
  | 'expired'
  | 'blocked'
  | 'forked'
  | 'unwanted'

/** How items came. */
export interface IngestOptions {
  /**
   * Nobody asked for these very messages: they were pushed. What is not selected is not taken then.
   *
   * @default false
   */
  unasked?: boolean
}

/** The answer to one item: an outcome, or the code of what was wrong with it. */
export type IngestResult = { outcome: IngestOutcome } | { error: FeedErrorCode }

/** Rows in one transaction at most: past some hundred, a batch gains nothing more. */
const SLICE_ROWS_MAX = 500

/** What one transaction may take of the main thread: with its commit, and the reading of a batch in the same turn, below 20 ms (goals.md). */
const SLICE_MS_MAX = 5

interface Waiting {
  message: SealedMessage
  from: string | undefined
  settle: (result: IngestResult) => void
  fail: (error: unknown) => void
}

/** What a log knows of itself. */
export interface Ours {
  selection: Selection
  ownFeed: OwnFeed
  mending: Mending
}

/** An item that was read: a message, or the answer to it. */
type Opened = { message: SealedMessage } | IngestResult

/** The only way in for what peers send. */
export class Ingester {
  readonly #store: LogStore
  readonly #components: LogComponents
  readonly #selection: Selection
  readonly #ownFeed: OwnFeed
  readonly #mending: Mending
  readonly #appended: () => void
  readonly #queue = new TurnQueue<Waiting>(SLICE_ROWS_MAX, (batch) => this.#appendSlice(batch))
  /** By who gives the messages. */
  readonly #mutex = new KeyedMutex<string | undefined>()

  /** @param appended - rung after each transaction that appended something */
  constructor(components: LogComponents, { selection, ownFeed, mending }: Ours, appended: () => void) {
    this.#store = components.store
    this.#components = components
    this.#selection = selection
    this.#ownFeed = ownFeed
    this.#mending = mending
    this.#appended = appended
  }

  /**
   * Checks items side by side, then takes them in their order, behind what came from there before, and answers in that order. A bad item is an
   * answer, not an exception.
   *
   * @param from - the peer that gave them; undefined when whoever runs this node imports them
   * @throws StoreError when the database refuses; nothing of the refused slice is held then
   */
  async ingest(
    items: readonly Item[],
    from: string | undefined,
    { unasked = false }: IngestOptions = {},
  ): Promise<IngestResult[]> {
    const checking = this.#readAndCheck(items, unasked)
    // In order, because a message behind its predecessor is placed at a glance; also of several calls, for a few items are checked sooner than many.
    const results = await this.#mutex.run(from, async () =>
      (await checking).map((check) => ('message' in check ? this.#enqueue(check.message, from) : check)),
    )
    return Promise.all(results)
  }

  async #readAndCheck(items: readonly Item[], unasked: boolean): Promise<Opened[]> {
    await this.#components.pace?.calm()
    const feeds = new OpenFeeds(this.#store, this.#selection)
    return this.#check(items.map((item) => this.#open(item, feeds, unasked)))
  }

  /** The same with messages whose signatures are right. */
  async #check(opened: readonly Opened[]): Promise<Opened[]> {
    const { verifying = verifyingOnThePool } = this.#components
    const areValid = (await verifying.verify(opened.flatMap(messageIn))).values()
    return opened.map((one) => ('message' in one && !areValid.next().value ? { error: 'FEED_SIGNATURE_INVALID' } : one))
  }

  /** A message whose signature is to be checked, or the answer to an item that needs no more. */
  #open(item: Item, feeds: OpenFeeds, unasked: boolean): Opened {
    try {
      const message = openItem(item)
      if (unasked && !this.#selection.wants(message)) return { outcome: this.#unwantedOutcome(message) }
      // Asked before the signature is checked, because it is cheap: it only says that nothing is to be done.
      const known = this.#knownOutcome(message, feeds)
      if (known !== undefined) return { outcome: known }
      return { message }
    } catch (error) {
      if (error instanceof FeedError) return { error: error.code }
      throw error
    }
  }

  #knownOutcome(message: SealedMessage, feeds: OpenFeeds): IngestOutcome | undefined {
    if (this.#selection.isBlocked(message.author)) return 'blocked'
    if (this.#isExpired(message)) return 'expired'
    const feed = feeds.known(message.author)
    return feed && knownOutcome(feed, message)
  }

  #unwantedOutcome({ author }: SealedMessage): IngestOutcome {
    return this.#selection.isBlocked(author) ? 'blocked' : 'unwanted'
  }

  #isExpired({ expiresAt }: SealedMessage): boolean {
    return expiresAt !== undefined && parseTimestamp(expiresAt) <= this.#components.clock()
  }

  #enqueue(message: SealedMessage, from: string | undefined): Promise<IngestResult> {
    return new Promise((settle, fail) => this.#queue.push({ message, from, settle, fail }))
  }

  #appendSlice(batch: readonly Waiting[]): number {
    try {
      const forks: FeedPlace[] = []
      const outcomes = this.#store.transactLazily(() => this.#appendUntilLate(batch, forks))
      for (const fork of forks) this.#components.onFork?.(fork)
      for (const [index, outcome] of outcomes.entries()) {
        const waiting = batch[index]
        if (outcome === 'mended' && waiting !== undefined) this.#mending.mended(waiting.message)
        waiting?.settle({ outcome })
      }
      this.#appended()
      return outcomes.length
    } catch (error) {
      for (const { fail } of batch) fail(error)
      return batch.length
    }
  }

  /** Appends as many as the time of one slice allows, at least one. @param forks - takes those that were found */
  #appendUntilLate(batch: readonly Waiting[], forks: FeedPlace[]): IngestOutcome[] {
    const deadline = performance.now() + SLICE_MS_MAX
    const feeds = new OpenFeeds(this.#store, this.#selection)
    const outcomes: IngestOutcome[] = []
    for (const waiting of batch) {
      outcomes.push(this.#append(feeds, waiting, forks))
      if (performance.now() > deadline) break
    }
    feeds.save()
    return outcomes
  }

  #append(feeds: OpenFeeds, { message, from }: Waiting, forks: FeedPlace[]): IngestOutcome {
    const { clock, identity } = this.#components
    // Once more, because it may have been blocked while signatures were checked.
    if (this.#selection.isBlocked(message.author)) return 'blocked'
    const feed = feeds.open(message.author)
    if (message.author === identity.author && message.sequence > feed.row.head) this.#ownFeed.provedLongerBy(from)
    const { forkedAt: before } = feed.row
    const outcome = appendPlaced(feed, message, { receivedAt: clock(), receivedFrom: from })
    const { author, forkedAt } = feed.row
    if (forkedAt !== undefined && forkedAt !== before) forks.push({ author, sequence: forkedAt })
    return outcome
  }
}

function messageIn(opened: Opened): SealedMessage[] {
  return 'message' in opened ? [opened.message] : []
}
