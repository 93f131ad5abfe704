// What one pull takes within the budgets of storage: it asks for nothing of an author whose budget is spent, and what it left so is told again
// in the next pull, because this one is not remembered as complete.

import { BUDGET_PAUSE_MS } from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import { placeOf } from './item-place.ts'
import type { Author, Item } from '../../../feed/index.ts'
import type { FeedPosition, IngestResult } from '../../../log/index.ts'
import type { StorageBudgets } from '../storage-budgets.ts'
import type { AskedMark } from './pull-store.ts'

/** What taking works with. */
export interface TakingComponents {
  budgets: StorageBudgets
  /** PeerId of the server. */
  peer: string
  /** Our own feed has no budget. */
  ownAuthor: Author
  clock: () => number
}

type Feed = { author: Author; sequence: number }

/** One pull's taking. */
export class Taking {
  readonly #components: TakingComponents
  readonly #startedAt: number
  readonly #askAgain = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(components: TakingComponents) {
    this.#components = components
    this.#startedAt = components.clock()
  }

  /** Whether all that was told was asked for: only then is it remembered that it was told. */
  get isWhole(): boolean {
    return this.#timer === undefined
  }

  /** Aborts when it is time for another pull, which asks for what was left. */
  get askAgain(): AbortSignal {
    return this.#askAgain.signal
  }

  /** To be called when the pull is over. */
  end(): void {
    clearTimeout(this.#timer)
  }

  /** Where we stand, for asking: in a feed without budget, as if all of it were here. */
  positions(feeds: readonly Feed[], positions: readonly FeedPosition[]): FeedPosition[] {
    return positions.map((position, index) => {
      const told = feeds[index]?.sequence ?? 0
      const isWanted = told > position.head || position.missing.length > 0
      if (!isWanted || this.#spentSince(position.author) === undefined) return position
      this.#leave()
      return { ...position, head: Math.max(told, position.head), hashAt: undefined, missing: [] }
    })
  }

  /** Feeds to be marked as asked: not those that were left. */
  marks(marks: readonly AskedMark[]): AskedMark[] {
    return marks.filter(({ author }) => this.#spentSince(author) === undefined)
  }

  /**
   * Stores items within the budgets; the others count as blocked.
   *
   * @throws ReplicateError `REPLICATE_BUDGET_SPENT` when a budget was spent by what this pull asked for: the next one asks for less
   */
  async ingest(
    items: readonly Item[],
    store: (items: readonly Item[]) => Promise<IngestResult[]>,
  ): Promise<IngestResult[]> {
    const { budgets, peer, clock } = this.#components
    const retryMs = budgets.peerWaitMs(peer, clock())
    if (retryMs > 0) throw spent('The peer gave as much as is stored of one in a day.', retryMs)
    const authors = items.map(({ text }) => placeOf(text)?.author)
    const taken = items.filter((_, index) => this.#spentSince(authors[index]) === undefined)
    if (taken.length < items.length) this.#refuse(authors)
    const stored = await store(taken)
    const results = taken.length === items.length ? stored : resultsOf(items, taken, stored)
    this.#account(items, authors, results)
    return results
  }

  /** What was pushed to us is dropped without a word; a range under way would come to its end in vain. */
  #refuse(authors: readonly (Author | undefined)[]): void {
    this.#leave()
    const isNews = authors.some((author) => (this.#spentSince(author) ?? 0) >= this.#startedAt)
    if (isNews) throw spent('An author said as much as is stored of one in a day.', 0)
  }

  #leave(): void {
    this.#timer ??= setTimeout(() => this.#askAgain.abort(), BUDGET_PAUSE_MS).unref()
  }

  /** Once for each author: a frame has one, as a rule. */
  #account(items: readonly Item[], authors: readonly (Author | undefined)[], results: readonly IngestResult[]): void {
    const { budgets, peer, ownAuthor, clock } = this.#components
    const stored = new Map<Author, { bytes: number; messages: number }>()
    for (const [index, { text }] of items.entries()) {
      const [author, result] = [authors[index], results[index]]
      const isStored = result !== undefined && 'outcome' in result && result.outcome === 'appended'
      if (!isStored || author === undefined || author === ownAuthor) continue
      const { bytes, messages } = stored.get(author) ?? { bytes: 0, messages: 0 }
      stored.set(author, { bytes: bytes + text.length, messages: messages + 1 })
    }
    for (const [author, { bytes, messages }] of stored) budgets.stored(author, peer, bytes, clock(), messages)
  }

  #spentSince(author: Author | undefined): number | undefined {
    const { budgets, ownAuthor, clock } = this.#components
    return author === undefined || author === ownAuthor ? undefined : budgets.authorSpentSince(author, clock())
  }
}

/** In the order of the items; those that were not taken count as blocked. */
function resultsOf(items: readonly Item[], taken: readonly Item[], stored: readonly IngestResult[]): IngestResult[] {
  const results = new Map(taken.map((item, index) => [item, stored[index]]))
  return items.map((item) => results.get(item) ?? { outcome: 'blocked' })
}

function spent(why: string, retryMs: number): ReplicateError {
  return new ReplicateError('REPLICATE_BUDGET_SPENT', why, { retryMs })
}
