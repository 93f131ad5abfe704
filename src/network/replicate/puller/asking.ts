// The ranges that a puller asks one server for: which wait, which are open, and whether what comes is what was asked for.

import {
  LONG_RANGES_OPEN_MAX,
  MESSAGES_PER_SEQUENCE_MAX,
  RANGES_OPEN_MAX,
  RETRY_MS_DEFAULT,
  RETRY_MS_MAX,
} from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import { placeOf } from './item-place.ts'
import type { Author, Item } from '../../../feed/index.ts'
import type { IngestResult } from '../../../log/index.ts'
import type { AskedRange, Done } from '../frames/frames.ts'
import type { Claim } from './in-flight.ts'
import type { ItemPlace } from './item-place.ts'
import type { WantedRange, Wants } from './wants.ts'

/** What was asked about a feed after one look at where we stand; void once another look replaces it. */
export interface Questions {
  /** Ranges of it that wait for their turn. */
  queued: number
  isVoid: boolean
}

/** A range that waits for its turn. */
export interface QueuedRange extends WantedRange {
  readonly questions: Questions
  /** This server alone can answer: not what is missing is asked for, but what it holds there. */
  readonly isProof: boolean
}

/** How a range is asked for when its turn has come: now, as far as it goes, and with what is to wait on. */
export interface Turn {
  part: { from: number; to: number; claim: Claim | undefined } | undefined
  rest: QueuedRange | undefined
}

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
  /** What keeps other pullers from asking for the same; absent where this server alone can answer. */
  readonly claim: Claim | undefined
  /** How much of the room for sequences it takes. */
  readonly weight: number
  /** What the server put off. */
  putOff: WantedRange | undefined
}

/** The questions to one server. */
export class Asking {
  /** Ranges whose turn is to come: what the server put off, then the newest messages of each feed, then the older ones. */
  #again: QueuedRange[] = []
  #newest: QueuedRange[] = []
  #older: QueuedRange[] = []
  readonly #open = new Map<number, OpenRange>()
  /** Sequences under way: a range counts as long as the longest that one asks for at a time, at most. */
  #weight = 0
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
    const queued = [this.#again, this.#newest, this.#older].flat().filter(({ questions }) => !questions.isVoid)
    const waiting = queued.reduce((sum, range) => sum + lengthOf(range), 0)
    return [...this.#open.values()].reduce((sum, range) => sum + lengthOf(range) - range.received, waiting)
  }

  /** Whether the server owes something. */
  get isAwaiting(): boolean {
    return this.#open.size > 0
  }

  /** When to ask for what the server put off; Infinity when it put nothing off. */
  get notBefore(): number {
    return this.#notBefore
  }

  queue(questions: Questions, { newest, older, proofs }: Wants): void {
    const waiting = (isProof: boolean) => (range: WantedRange) => ({ ...range, questions, isProof })
    this.#newest.push(...newest.map(waiting(false)), ...proofs.map(waiting(true)))
    this.#older.push(...older.map(waiting(false)))
    questions.queued += newest.length + older.length + proofs.length
  }

  /** What the server put off is asked for before anything else. */
  queueAgain(questions: Questions, { putOff, claim }: OpenRange): void {
    if (putOff === undefined) return
    this.#again.push({ ...putOff, questions, isProof: claim === undefined })
    questions.queued++
  }

  /**
   * Ranges to ask for now, none longer than `lengthMax` unless its turn says so. Half the places must be free, so that many small answers lead to
   * few questions.
   */
  take(now: number, lengthMax: number, turnOf: (range: QueuedRange) => Turn): OpenRange[] {
    if (now >= this.#notBefore) this.#notBefore = Number.POSITIVE_INFINITY
    const isSentAway = this.#notBefore < Number.POSITIVE_INFINITY
    const weightMax = LONG_RANGES_OPEN_MAX * lengthMax
    if (isSentAway || this.#open.size > this.#places / 2 || this.#weight > weightMax / 2) return []
    const hasRoom = () => this.#open.size < this.#places && this.#weight < weightMax
    return [this.#again, this.#newest, this.#older].flatMap((queue) =>
      this.#takeFrom(queue, lengthMax, hasRoom, turnOf),
    )
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
   * Notes the end of a range. What the server put off becomes its `putOff`, and the range ends as answered before that.
   *
   * @throws ReplicateError `REPLICATE_FRAME_UNEXPECTED`, `REPLICATE_FRAME_INVALID`
   */
  end(done: Done, now: number): OpenRange {
    const range = this.#awaited(done.id)
    const upTo = done.upTo ?? range.to
    if (upTo < range.from - 1 || upTo > range.to || upTo < range.at - 1) {
      throw new ReplicateError('REPLICATE_FRAME_INVALID', 'A Done ends outside its range.', { id: range.id, upTo })
    }
    range.done = done
    this.#weight -= range.weight
    if (done.code !== 'answered') this.#putOff(range, upTo + 1, done, now)
    return range
  }

  /** Takes a range out whose Done has come, once everything it brought is stored. */
  settle(range: OpenRange): boolean {
    if (range.done === undefined || range.ingesting > 0) return false
    return this.#open.delete(range.id)
  }

  /** Nothing of this feed behind `sequence` is wanted any more. Returns the ids to cancel. */
  drop(author: string, sequence: number): number[] {
    const isWanted = (range: QueuedRange) => {
      const isKept = range.author !== author || range.from <= sequence
      if (!isKept) range.questions.queued--
      return isKept
    }
    this.#again = this.#again.filter(isWanted)
    this.#newest = this.#newest.filter(isWanted)
    this.#older = this.#older.filter(isWanted)
    const useless = [...this.#open.values()].filter(
      (range) => range.author === author && range.to > sequence && range.done === undefined && !range.isCancelled,
    )
    for (const range of useless) range.isCancelled = true
    return useless.map(({ id }) => id)
  }

  /** The next id of this stream: ranges and tails share them. */
  nextId(): number {
    return ++this.#lastId
  }

  #takeFrom(
    queue: QueuedRange[],
    lengthMax: number,
    hasRoom: () => boolean,
    turnOf: (range: QueuedRange) => Turn,
  ): OpenRange[] {
    const taken: OpenRange[] = []
    let done = 0
    for (let range = queue[done]; range !== undefined && hasRoom(); range = queue[done]) {
      const { part, rest } = range.questions.isVoid ? NOTHING : turnOf(range)
      if (part !== undefined) taken.push(this.#ask(range.author, part, lengthMax))
      if (rest !== undefined) {
        queue[done] = rest
      } else {
        range.questions.queued--
        done++
      }
    }
    queue.splice(0, done)
    return taken
  }

  #ask(author: Author, { from, to, claim }: NonNullable<Turn['part']>, lengthMax: number): OpenRange {
    const asked = { id: this.nextId(), author, from, to }
    const weight = Math.min(lengthOf(asked), lengthMax)
    const progress = { at: from, countAt: 0, received: 0, ingesting: 0, done: undefined, isCancelled: false }
    const range: OpenRange = { ...asked, ...progress, claim, weight, putOff: undefined }
    this.#open.set(range.id, range)
    this.#weight += weight
    return range
  }

  #awaited(id: number): OpenRange {
    const range = this.#open.get(id)
    if (range !== undefined && range.done === undefined) return range
    throw new ReplicateError('REPLICATE_FRAME_UNEXPECTED', `No range ${id} is open.`, { id })
  }

  #putOff(range: OpenRange, from: number, { code, retryMs = RETRY_MS_DEFAULT }: Done, now: number): void {
    const { author, to } = range
    range.to = from - 1
    if (from > to || range.isCancelled) return
    range.putOff = { author, from, to }
    // A server with fewer places than ours refuses each range too many once; then we know how many it has.
    if (code === 'too_many') this.#places = Math.max(1, this.#places - 1)
    else this.#notBefore = now + Math.min(retryMs, RETRY_MS_MAX)
  }
}

/** The turn of a range about which nobody asks any more. */
const NOTHING: Turn = { part: undefined, rest: undefined }

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
