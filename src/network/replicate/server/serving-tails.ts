// The tails that a puller has open: what arrived with its topics is looked for page by page and sent within credit, one tail after the
// other, and each ends with one Done. Spec §4, "Tails".

import { QUANTUM_BYTES, SCOPE_TOPICS_MAX, SERVED_BYTES_PER_PAGE } from '../constants.ts'
import { HELD_BYTES_MAX, isNamed } from '../held-names.ts'
import { send } from '../machine.ts'
import { creditFor, fitting, itemFrom } from './served-range.ts'
import type { Author } from '../../../feed/index.ts'
import type { MessageEntry, StoreCursor, TaggedPage } from '../../../log/index.ts'
import type { AskedTail, DoneCode } from '../frames/frames.ts'
import type { SendingCredit } from './sending-credit.ts'
import type { ServedShare } from './served-share.ts'
import type { ServerStep } from './server-steps.ts'

interface OpenTail extends AskedTail {
  /** Offset of the telling that this tail goes up to. */
  readonly upTo: number
  /** How far it was looked through; undefined before the cursor of the puller was looked at. */
  at: StoreCursor | undefined
  /** Of the last page, in order. */
  unsent: readonly MessageEntry[]
}

/** Open tails, the one being served first. */
export class ServingTails {
  readonly #without: readonly Author[]
  readonly #credit: SendingCredit
  readonly #share: ServedShare
  readonly #tails: OpenTail[] = []
  /** The tail for which a question to the log is out. */
  #reading: OpenTail | undefined

  /** @param without - authors whose feeds are served whole: their messages come by ranges */
  constructor(credit: SendingCredit, share: ServedShare, without: readonly Author[]) {
    this.#without = without
    this.#credit = credit
    this.#share = share
  }

  get isIdle(): boolean {
    return this.#tails.length === 0
  }

  get isWaitingForCredit(): boolean {
    const [tail] = this.#tails
    return tail !== undefined && tail.unsent.length > 0
  }

  /** @param upTo - offset up to which the puller was told: what arrives later is told or pushed later */
  *open(asked: AskedTail, upTo: number): Generator<ServerStep> {
    const tail = { ...asked, upTo, at: undefined, unsent: [] }
    const isTooMuch = this.#tails.length === SCOPE_TOPICS_MAX || this.#heldBytes + heldBytesOf(tail) > HELD_BYTES_MAX
    if (isTooMuch) yield done(tail, 'too_many')
    else this.#tails.push(tail)
  }

  /** What pullers name stays here while it is of use. */
  get #heldBytes(): number {
    return this.#tails.reduce((sum, tail) => sum + heldBytesOf(tail), 0)
  }

  /** The puller no longer wants a tail. */
  *cancel(id: number): Generator<ServerStep> {
    const tail = this.#tails.find((open) => open.id === id)
    if (tail !== undefined) yield this.#close(tail, 'answered')
  }

  /** Sends what credit allows of the first tail, then looks on. */
  *next(now: number): Generator<ServerStep> {
    for (;;) {
      const [tail] = this.#tails
      if (tail === undefined || this.#reading !== undefined) return
      yield* this.#send(tail)
      if (tail.unsent.length > 0) return
      const retryMs = this.#share.waitMs(now)
      if (tail.at !== undefined && tail.at.offset >= tail.upTo) yield this.#close(tail, 'answered')
      else if (retryMs > 0) yield this.#close(tail, 'busy', retryMs)
      else yield this.#read(tail, now)
    }
  }

  /** Also of a tail that was cancelled meanwhile: nobody looks at it any more. */
  pageRead(page: TaggedPage): void {
    const tail = this.#reading
    this.#reading = undefined
    if (tail === undefined) return
    const { held } = tail
    tail.unsent = held === undefined ? page.messages : page.messages.filter(({ hash }) => !isNamed(held, hash))
    tail.at = page.upTo
  }

  *#send(tail: OpenTail): Generator<ServerStep> {
    while (tail.unsent[0] !== undefined) {
      const frameBytes = Math.max(QUANTUM_BYTES, creditFor(tail.unsent[0]))
      const taken = fitting(tail.unsent, Math.min(this.#credit.bytes, frameBytes))
      if (taken.length === 0) return
      tail.unsent = tail.unsent.slice(taken.length)
      yield this.#credit.spend(send({ kind: 'messages', id: tail.id, items: taken.map(itemFrom) }))
    }
  }

  #read(tail: OpenTail, now: number): ServerStep {
    this.#share.spend(SERVED_BYTES_PER_PAGE, now)
    this.#reading = tail
    const { topics, upTo, at, cursor } = tail
    return { type: 'readTagged', topics, after: at ?? cursor, isOurs: at !== undefined, upTo, without: this.#without }
  }

  #close(tail: OpenTail, code: DoneCode, retryMs?: number): ServerStep {
    this.#tails.splice(this.#tails.indexOf(tail), 1)
    return done(tail, code, retryMs)
  }
}

function heldBytesOf({ held }: AskedTail): number {
  return held?.length ?? 0
}

/** What was not looked through yet may be asked for again behind the cursor. */
function done({ id, at, cursor }: OpenTail, code: DoneCode, retryMs?: number): ServerStep {
  return send({ kind: 'done', id, code, cursor: at ?? cursor, retryMs })
}
