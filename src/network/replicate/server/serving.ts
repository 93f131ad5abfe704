// The ranges that a puller has open: each is read and sent a quantum at a time, in turn, within credit, and ends with one Done. Spec §4, §5.

import { RANGES_OPEN_MAX, RANGES_REFUSED_MAX, SERVED_BYTES_PER_QUESTION } from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import { send } from '../machine.ts'
import { itemFrom, ServedRange } from './served-range.ts'
import type { MessageEntry } from '../../../log/index.ts'
import type { AskedRange, Done, DoneCode } from '../frames/frames.ts'
import type { SendingCredit } from './sending-credit.ts'
import type { ServedShare } from './served-share.ts'
import type { ServerStep } from './server-steps.ts'

/** Open ranges in the order of their turns: the one served last stands last. */
export class Serving {
  readonly #credit: SendingCredit
  readonly #share: ServedShare
  readonly #ranges = new Map<number, ServedRange>()
  /** The range for which a question to the log is out: one at a time. */
  #reading: ServedRange | undefined
  #lastId = 0
  /** Ranges refused since there was last a place. */
  #refused = 0

  constructor(credit: SendingCredit, share: ServedShare) {
    this.#credit = credit
    this.#share = share
  }

  get isIdle(): boolean {
    return this.#ranges.size === 0
  }

  /** Whether ranges are open and only credit is wanting. */
  get isWaitingForCredit(): boolean {
    return this.#reading === undefined && this.#ranges.size > 0
  }

  /** Ids rise over all that is asked for on a stream. */
  admit(id: number): void {
    if (id <= this.#lastId) throw new ReplicateError('REPLICATE_FRAME_UNEXPECTED', `The id ${id} was used before.`)
    this.#lastId = id
  }

  *open(asked: AskedRange): Generator<ServerStep> {
    const range = new ServedRange(asked)
    if (this.#ranges.size === RANGES_OPEN_MAX) return yield this.#refuse(range)
    this.#refused = 0
    this.#ranges.set(asked.id, range)
  }

  /** The puller no longer wants a range. An id whose Done has crossed its frame is no mistake. */
  *cancel(id: number): Generator<ServerStep> {
    const range = this.#ranges.get(id)
    if (range !== undefined) yield* this.#close(range, 'answered')
  }

  /** Turns to the next range, when nothing is being read and there is credit for it. */
  *next(now: number): Generator<ServerStep> {
    while (this.#reading === undefined) {
      const [range] = this.#ranges.values()
      if (range === undefined || this.#credit.bytes < range.needs) return
      const retryMs = this.#share.waitMs(now)
      if (retryMs > 0) yield* this.#close(range, 'busy', { retryMs })
      else yield this.#read(range, now)
    }
  }

  *rangeRead(messages: readonly MessageEntry[]): Generator<ServerStep> {
    const range = this.#answered()
    if (range === undefined) return
    const taken = range.take(messages, this.#credit.bytes)
    if (taken.length > 0) {
      const items = taken.map(itemFrom)
      yield this.#credit.spend(send({ kind: 'messages', id: range.asked.id, items }))
    }
    if (range.isComplete) yield* this.#complete(range)
    else if (taken.length > 0) this.#endTurn(range)
  }

  *floorRead(held: number | undefined): Generator<ServerStep> {
    const range = this.#answered()
    if (range === undefined) return
    const isAbove = held !== undefined && held > range.asked.from
    yield* this.#close(range, 'answered', isAbove ? { floor: held } : {})
  }

  #read(range: ServedRange, now: number): ServerStep {
    this.#share.spend(SERVED_BYTES_PER_QUESTION, now)
    this.#reading = range
    return { type: 'readRange', ...range.read(this.#credit.bytes) }
  }

  /** The range that an answer of the log is for; undefined when it was cancelled meanwhile. */
  #answered(): ServedRange | undefined {
    const range = this.#reading
    this.#reading = undefined
    return range !== undefined && this.#ranges.get(range.asked.id) === range ? range : undefined
  }

  /** A range that brought nothing where it begins also says from where on there is anything. */
  *#complete(range: ServedRange): Generator<ServerStep> {
    if (range.first === range.asked.from) return yield* this.#close(range, 'answered')
    this.#reading = range
    yield { type: 'readFloor', author: range.asked.author }
  }

  *#close(range: ServedRange, code: DoneCode, facts?: DoneFacts): Generator<ServerStep> {
    this.#ranges.delete(range.asked.id)
    yield done(range, code, facts)
  }

  #refuse(range: ServedRange): ServerStep {
    if (++this.#refused <= RANGES_REFUSED_MAX) return done(range, 'too_many')
    const limit = RANGES_OPEN_MAX
    throw new ReplicateError('REPLICATE_TOO_MANY', `More than ${limit} ranges are open, again and again.`, { limit })
  }

  #endTurn(range: ServedRange): void {
    this.#ranges.delete(range.asked.id)
    this.#ranges.set(range.asked.id, range)
  }
}

type DoneFacts = Pick<Done, 'floor' | 'retryMs'>

function done({ asked, upTo }: ServedRange, code: DoneCode, facts?: DoneFacts): ServerStep {
  return send({ kind: 'done', id: asked.id, upTo, code, ...facts })
}
