// Removes messages for good. A range per author remembers them: what stands in it is not asked for and not taken again. What a feed is
// known by outlives its messages: its head with the hash, its fork point with the evidence, and so the next sequence of our own.

import { setTimeout as pause } from 'node:timers/promises'
import { EVIDENCE_BEYOND_FORK } from './constants.ts'
import type { Author } from '../feed/index.ts'
import type { LogComponents } from './components.ts'
import type { FeedRow, Hole, LogStore } from './log-store.ts'

/** Sequences of one feed, both ends included. */
export interface FeedRange {
  author: Author
  from: number
  to: number
}

/** One message by its place. */
export interface FeedPlace {
  author: Author
  sequence: number
}

/** What forgetting removed. */
export interface Removed {
  messages: number
  /** Of signed text. */
  bytes: number
}

/** Rows that are removed before the clock is looked at: half a millisecond of work. */
const ROWS_PER_STEP = 32

/** What one transaction may take of the main thread, less its commit, which takes twice as long: each row stands on pages of its own. */
const SLICE_MS_MAX = 1.5

/** How much longer than a slice is the pause behind it: nobody waits for what is removed, and others wait for thread and disk. */
const PAUSES_PER_SLICE = 6

/** The only way out of the log. */
export class Forgetting {
  readonly #store: LogStore
  readonly #clock: () => number
  readonly #appended: () => void
  #underWay = 0

  /** @param appended - rung after each transaction that removed something */
  constructor({ store, clock }: Pick<LogComponents, 'store' | 'clock'>, appended: () => void) {
    this.#store = store
    this.#clock = clock
    this.#appended = appended
  }

  /** Whether more is being removed than fits into one transaction. */
  get isUnderWay(): boolean {
    return this.#underWay > 0
  }

  /**
   * Forgets these ranges in order, each from its start, a transaction of some milliseconds at a time. An end in between leaves what is
   * forgotten by then, whole.
   */
  async forget(ranges: readonly FeedRange[], signal?: AbortSignal): Promise<Removed> {
    const removed: Removed = { messages: 0, bytes: 0 }
    const left = ranges.toReversed()
    while (left.length > 0 && !signal?.aborted) {
      const begun = performance.now()
      this.#store.transactLazily(() => this.#forgetUntil(begun + SLICE_MS_MAX, left, removed))
      this.#appended()
      if (left.length > 0) await this.#pause(PAUSES_PER_SLICE * (performance.now() - begun))
    }
    return removed
  }

  async #pause(ms: number): Promise<void> {
    this.#underWay++
    await pause(ms)
    this.#underWay--
  }

  /** At least one step, so that a busy machine gets on as well. */
  #forgetUntil(deadline: number, left: FeedRange[], removed: Removed): void {
    do {
      const range = left.pop()
      if (range === undefined) return
      const rest = this.#forgetStep(range, removed)
      if (rest !== undefined) left.push(rest)
    } while (performance.now() < deadline)
  }

  /** Forgets the beginning of a range and answers the rest of it. */
  #forgetStep(range: FeedRange, removed: Removed): FeedRange | undefined {
    const feed = this.#store.feed(range.author)
    const part = feed && firstForgettable(feed, range)
    if (feed === undefined || part === undefined) return undefined
    const rows = this.#store.removeMessages(feed, part.from, part.to, ROWS_PER_STEP)
    const to = rows.length < ROWS_PER_STEP ? part.to : (rows.at(-1)?.sequence ?? part.to)
    removed.messages += rows.length
    for (const { bytes } of rows) removed.bytes += bytes
    this.#remember(feed, part.from, to)
    return to < range.to ? { ...range, from: to + 1 } : undefined
  }

  /** One hole for all that is forgotten side by side, and one mark in the log for each such hole. */
  #remember(feed: FeedRow, from: number, to: number): void {
    const around = this.#store.holesBetween(feed, from - 1, to + 1)
    const forgotten = around.filter(({ reason }) => reason === 'forgotten')
    if (forgotten.some((hole) => hole.from <= from && hole.to >= to)) return
    for (const hole of around)
      this.#store.replaceHole(feed, hole, hole.reason === 'forgotten' ? [] : outside(hole, from, to))
    const first = Math.min(from, ...forgotten.map((hole) => hole.from))
    const last = Math.max(to, ...forgotten.map((hole) => hole.to))
    this.#store.addHole(feed, { from: first, to: last, reason: 'forgotten' })
    this.#store.appendForgotten(feed, first, last, this.#clock())
  }
}

/** Places as ranges, those of one feed in order and side by side as one. */
export function rangesOf(places: readonly FeedPlace[]): FeedRange[] {
  const ranges: FeedRange[] = []
  for (const [author, ofFeed] of Map.groupBy(places, (place) => place.author)) {
    for (const { sequence } of ofFeed.toSorted((one, other) => one.sequence - other.sequence)) {
      const last = ranges.at(-1)
      if (last?.author === author && sequence <= last.to + 1) last.to = sequence
      else ranges.push({ author, from: sequence, to: sequence })
    }
  }
  return ranges
}

/**
 * protocols/message/1 §9: anything up to the head may be forgotten, the head as well; in a forked feed not the evidence, which stands at the
 * fork point and one beyond, but what lies above it. A feed without a fork has nothing above its head to forget.
 */
function firstForgettable(
  { head, forkedAt }: FeedRow,
  { from, to }: FeedRange,
): { from: number; to: number } | undefined {
  if (from <= head) return { from, to: Math.min(to, head) }
  const above = forkedAt === undefined ? Number.POSITIVE_INFINITY : Math.max(from, forkedAt + EVIDENCE_BEYOND_FORK + 1)
  return above <= to ? { from: above, to } : undefined
}

/** What of a hole lies before and behind a range. */
function outside(hole: Hole, from: number, to: number): Hole[] {
  const parts = [
    { ...hole, to: Math.min(hole.to, from - 1) },
    { ...hole, from: Math.max(hole.from, to + 1) },
  ]
  return parts.filter((part) => part.from <= part.to)
}
