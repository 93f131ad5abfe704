// The ranges that a puller asks one server for: which wait, which are open, and whether what comes is what was asked for.

import { MESSAGES_PER_SEQUENCE_MAX, RANGES_OPEN_MAX, RETRY_MS_DEFAULT, RETRY_MS_MAX } from './constants.ts'
import { ReplicateError } from './errors.ts'
import { placeOf } from './item-place.ts'
import type { Item } from '../../feed/index.ts'
import type { IngestResult } from '../../log/index.ts'
import type { AskedRange, Done } from './frames.ts'
import type { ItemPlace } from './item-place.ts'
import type { WantedRange } from './wants.ts'

/** A range that was asked for, until its Done has come and all it brought is stored. */
export interface OpenRange extends AskedRange {
  /** The sequence of the latest message, and how many came for it. */
  at: number
  countAt: number
  /** Sequences for which a message came. */
  received: number
  /** Frames handed to the log and not yet answered. */
  ingesting: number
  done: Done | undefined
  isCancelled: boolean
}

/** The questions to one server. */
export class Asking {
  /** Ranges whose turn is to come: what the server put off, then the newest messages of each feed, then the older ones. */
  #again: WantedRange[] = []
  #newest: WantedRange[] = []
  #older: WantedRange[] = []
  readonly #open = new Map<number, OpenRange>()
  #lastId = 0
  /** Ranges that this server serves at once, as far as we know. */
  #places = RANGES_OPEN_MAX
  #notBefore = Number.POSITIVE_INFINITY

  /** Whether nothing is asked and nothing waits. */
  get isIdle(): boolean {
    return this.#open.size === 0 && this.queued === 0
  }

  get queued(): number {
    return this.#again.length + this.#newest.length + this.#older.length
  }

  /** Messages that were asked for or are to be, and have not come. */
  get owed(): number {
    const queued = [this.#again, this.#newest, this.#older].flat().reduce((sum, range) => sum + lengthOf(range), 0)
    return [...this.#open.values()].reduce((sum, range) => sum + lengthOf(range) - range.received, queued)
  }

  /** Whether the server owes something. */
  get isAwaiting(): boolean {
    return this.#open.size > 0
  }

  /** When to ask for what the server put off; Infinity when it put nothing off. */
  get notBefore(): number {
    return this.#notBefore
  }

  queue(newest: readonly WantedRange[], older: readonly WantedRange[]): void {
    this.#newest.push(...newest)
    this.#older.push(...older)
  }

  /** Ranges to ask for now. Half the places must be free, so that many small answers lead to few questions. */
  take(now: number): AskedRange[] {
    if (now >= this.#notBefore) this.#notBefore = Number.POSITIVE_INFINITY
    const isSentAway = this.#notBefore < Number.POSITIVE_INFINITY
    if (isSentAway || this.#open.size > this.#places / 2) return []
    let places = this.#places - this.#open.size
    const ranges = [this.#again, this.#newest, this.#older].flatMap((queue) => {
      const taken = queue.splice(0, places)
      places -= taken.length
      return taken
    })
    return ranges.map((range) => this.#ask(range))
  }

  /**
   * Checks a frame of messages against the range that it answers.
   *
   * @throws ReplicateError `REPLICATE_ITEM_UNASKED`
   */
  accept(id: number, items: readonly Item[]): { range: OpenRange; places: ItemPlace[] } {
    const range = this.#awaited(id)
    const places = items.map(placeIn)
    for (const place of places) admit(range, place)
    range.ingesting++
    return { range, places }
  }

  /**
   * Notes the end of a range. What the server put off waits to be asked again, as a range of its own; `isPutOff` says so.
   *
   * @throws ReplicateError `REPLICATE_FRAME_UNEXPECTED`, `REPLICATE_FRAME_INVALID`
   */
  end(done: Done, now: number): { range: OpenRange; isPutOff: boolean } {
    const range = this.#awaited(done.id)
    const upTo = done.upTo ?? range.to
    if (upTo < range.from - 1 || upTo > range.to || upTo < range.at - 1) {
      throw new ReplicateError('REPLICATE_FRAME_INVALID', 'A Done ends outside its range.', { id: range.id, upTo })
    }
    range.done = done
    const isPutOff = done.code !== 'answered' && this.#askLater(range, upTo + 1, done, now)
    return { range, isPutOff }
  }

  /** Takes a range out whose Done has come, once everything it brought is stored. */
  settle(range: OpenRange): boolean {
    if (range.done === undefined || range.ingesting > 0) return false
    return this.#open.delete(range.id)
  }

  /** Nothing of this feed behind `sequence` is wanted any more. Returns the ids to cancel, and how many ranges never went out. */
  drop(author: string, sequence: number): { cancel: number[]; unasked: number } {
    const isWanted = (range: WantedRange) => range.author !== author || range.from <= sequence
    const queued = this.queued
    this.#again = this.#again.filter(isWanted)
    this.#newest = this.#newest.filter(isWanted)
    this.#older = this.#older.filter(isWanted)
    const useless = [...this.#open.values()].filter(
      (range) => range.author === author && range.to > sequence && range.done === undefined && !range.isCancelled,
    )
    for (const range of useless) range.isCancelled = true
    return { cancel: useless.map(({ id }) => id), unasked: queued - this.queued }
  }

  /** The next id of this stream: ranges and tails share them. */
  nextId(): number {
    return ++this.#lastId
  }

  #ask({ author, from, to }: WantedRange): AskedRange {
    const id = this.nextId()
    const asked = { id, author, from, to }
    const progress = { at: from, countAt: 0, received: 0, ingesting: 0, done: undefined, isCancelled: false }
    this.#open.set(id, { ...asked, ...progress })
    return asked
  }

  #awaited(id: number): OpenRange {
    const range = this.#open.get(id)
    if (range !== undefined && range.done === undefined) return range
    throw new ReplicateError('REPLICATE_FRAME_UNEXPECTED', `No range ${id} is open.`, { id })
  }

  /** The rest becomes a range of its own, so that `range` ends as answered up to there. */
  #askLater(range: OpenRange, from: number, { code, retryMs = RETRY_MS_DEFAULT }: Done, now: number): boolean {
    const { author, to } = range
    range.to = from - 1
    if (from > to || range.isCancelled) return false
    this.#again.push({ author, from, to })
    // A server with fewer places than ours refuses each range too many once; then we know how many it has.
    if (code === 'too_many') this.#places = Math.max(1, this.#places - 1)
    else this.#notBefore = now + Math.min(retryMs, RETRY_MS_MAX)
    return true
  }
}

/** Whether every sequence of a range that has ended came. */
export function isWhole(range: OpenRange): boolean {
  return range.received === lengthOf(range)
}

function lengthOf({ from, to }: WantedRange): number {
  return to - from + 1
}

/**
 * Where a pushed or asked item says it belongs.
 *
 * @throws ReplicateError `REPLICATE_ITEM_INVALID`
 */
export function placeIn({ text }: Item): ItemPlace {
  const place = placeOf(text)
  if (place !== undefined) return place
  const code = 'FEED_NOT_CANONICAL'
  throw new ReplicateError('REPLICATE_ITEM_INVALID', 'An item does not begin as a message does.', { code })
}

/**
 * A server holds nothing that does not verify: one such message ends the stream.
 *
 * @throws ReplicateError `REPLICATE_ITEM_INVALID`
 */
export function refuseInvalid(results: readonly IngestResult[], places: readonly ItemPlace[]): void {
  const index = results.findIndex((result) => 'error' in result)
  const result = results[index]
  if (result === undefined || !('error' in result)) return
  const details = { code: result.error, ...places[index] }
  throw new ReplicateError('REPLICATE_ITEM_INVALID', `A message is refused: ${result.error}.`, details)
}

/** Messages come in order, of the feed and from the range that was asked for, and no more of one sequence than evidence needs. */
function admit(range: OpenRange, { author, sequence }: ItemPlace): void {
  const isNext = sequence > range.at || range.countAt === 0
  const isAsked = author === range.author && sequence >= range.at && sequence <= range.to
  if (!isAsked || (!isNext && range.countAt === MESSAGES_PER_SEQUENCE_MAX)) {
    const { id, from, to, at } = range
    const details = { id, wanted: { author: range.author, from, to, at }, found: { author, sequence } }
    throw new ReplicateError(
      'REPLICATE_ITEM_UNASKED',
      'A message that was not asked for, or out of its order.',
      details,
    )
  }
  range.countAt = isNext ? 1 : range.countAt + 1
  range.received += isNext ? 1 : 0
  range.at = sequence
}
