// The tails that a puller asks one server for: messages by topic, in the order in which they arrived there. What has arrived since the last
// telling is asked for at once; the past of a topic when no other peer is sending it, and with the names of what is held.

import { RETRY_MS_DEFAULT, RETRY_MS_MAX } from '../constants.ts'
import type { StoreCursor } from '../../../log/index.ts'
import type { AskedTail, Done } from '../frames/frames.ts'
import type { Source } from './in-flight.ts'
import type { PastTurns } from './past-turns.ts'
import type { TailStart } from './resume.ts'

interface WaitingTail extends TailStart {
  held?: Uint8Array | undefined
  isPast: boolean
}

interface OpenTail extends AskedTail, WaitingTail {
  /** Frames handed to the log and not yet answered. */
  ingesting: number
  isDone: boolean
}

/** Tails that wait, and tails that are open. */
export class AskingTails {
  readonly #turns: PastTurns
  readonly #source: Source
  #waiting: WaitingTail[] = []
  /** From the start, or where the server broke off. They wait for a turn. */
  readonly #pasts: TailStart[] = []
  /** The one whose turn it is, until all that it brings is stored. */
  #past: TailStart | undefined
  readonly #open = new Map<number, OpenTail>()
  #notBefore = Number.POSITIVE_INFINITY

  /** @param source - the server, to the others that pull */
  constructor(turns: PastTurns, source: Source) {
    this.#turns = turns
    this.#source = source
  }

  /** Whether nothing is asked and nothing waits. */
  get isIdle(): boolean {
    return this.#open.size + this.#waiting.length + this.#pasts.length === 0 && this.#past === undefined
  }

  /** Whether the server owes something. */
  get isAwaiting(): boolean {
    return [...this.#open.values()].some(({ isDone }) => !isDone)
  }

  /** When to ask for what the server put off, or not wait for others any more; Infinity when neither is the case. */
  get notBefore(): number {
    return Math.min(this.#notBefore, this.#turns.dueFor(this.#source))
  }

  /** @param told - up to where the server has told: with nothing behind a cursor there is nothing to ask for */
  queue(tails: readonly TailStart[], told: StoreCursor): void {
    for (const tail of tails) {
      const { offset, check } = tail.cursor
      if (offset === told.offset && check === told.check) continue
      if (offset === 0) this.#pasts.push(tail)
      else this.#waiting.push({ ...tail, isPast: false })
    }
  }

  /** The past to be asked for next, when its turn has come: then what is held of it is to be looked up. */
  nextPast(now: number): TailStart | undefined {
    const isTimely = this.#past === undefined && this.#pasts.length > 0 && !this.#isPutOff(now)
    if (!isTimely || !this.#turns.begin(this.#source, now)) return undefined
    this.#past = this.#pasts.shift()
    return this.#past
  }

  /** @param held - names of what is held of the past that is next */
  lookedUp(held: Uint8Array | undefined): void {
    if (this.#past !== undefined) this.#waiting.push({ ...this.#past, held, isPast: true })
  }

  /** Tails to ask for now. */
  take(now: number, nextId: () => number): AskedTail[] {
    if (this.#isPutOff(now)) return []
    this.#notBefore = Number.POSITIVE_INFINITY
    return this.#waiting.splice(0).map(({ cursor, topics, held, isPast }) => {
      const asked = { id: nextId(), cursor, topics, held }
      this.#open.set(asked.id, { ...asked, isPast, ingesting: 0, isDone: false })
      return asked
    })
  }

  /** A frame of messages is handed to the log; false when nothing more may come. */
  accept(id: number): boolean {
    const tail = this.#open.get(id)
    if (tail === undefined || tail.isDone) return false
    tail.ingesting++
    return true
  }

  /** False when no such tail is open. */
  end({ id, code, cursor, retryMs = RETRY_MS_DEFAULT }: Done, now: number): boolean {
    const tail = this.#open.get(id)
    if (tail === undefined || tail.isDone) return false
    tail.isDone = true
    if (code !== 'answered') {
      this.#putOff({ cursor: cursor ?? tail.cursor, topics: tail.topics }, tail.isPast)
      this.#notBefore = now + Math.min(retryMs, RETRY_MS_MAX)
    }
    this.#settle(tail)
    return true
  }

  /** The log has taken in a frame. */
  ingested(id: number): void {
    const tail = this.#open.get(id)
    if (tail === undefined) return
    tail.ingesting--
    this.#settle(tail)
  }

  #putOff(rest: TailStart, isPast: boolean): void {
    if (isPast) this.#pasts.push(rest)
    else this.#waiting.push({ ...rest, isPast })
  }

  #isPutOff(now: number): boolean {
    return this.#notBefore < Number.POSITIVE_INFINITY && now < this.#notBefore
  }

  #settle({ id, isDone, ingesting, isPast }: OpenTail): void {
    if (!isDone || ingesting > 0) return
    this.#open.delete(id)
    if (!isPast) return
    this.#past = undefined
    this.#turns.end(this.#source)
  }
}
