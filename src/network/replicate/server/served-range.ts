// One range on its way to a puller: what to read next of it, and what of a read fits into the credit.

import { ITEMS_PER_FRAME_MAX, QUANTUM_BYTES } from '../constants.ts'
import { itemBytes } from '../frames/encode-frame.ts'
import type { Author, Item } from '../../../feed/index.ts'
import type { MessageEntry } from '../../../log/index.ts'
import type { AskedRange } from '../frames/frames.ts'

/** A slice of a feed to read from the log. */
export interface RangeRead {
  author: Author
  from: number
  to: number
  bytesMax: number
}

/** An open range and how far it got. */
export class ServedRange {
  readonly asked: AskedRange
  /** The first sequence that was sent. */
  first: number | undefined
  /** Credit that its next message takes. */
  needs = 1
  #next: number
  /** Messages already sent at `#next`: a frame may end between the two that prove a fork. */
  #sentAtNext = 0

  constructor(asked: AskedRange) {
    this.asked = asked
    this.#next = asked.from
  }

  get isComplete(): boolean {
    return this.#next > this.asked.to
  }

  /** The last sequence of which everything was sent. */
  get upTo(): number {
    return this.#next - 1
  }

  /** What to read in one turn. */
  read(credit: number): RangeRead {
    const { author, to } = this.asked
    return { author, from: this.#next, to, bytesMax: Math.min(QUANTUM_BYTES, credit) }
  }

  /** Takes from a fresh read what fits into the credit, and moves on behind it. A read that brings nothing ends the range. */
  take(read: readonly MessageEntry[], credit: number): MessageEntry[] {
    const unsent = read.slice(this.#sentAtNext)
    const taken = fitting(unsent, credit)
    const rest = unsent[taken.length]
    this.first ??= taken[0]?.sequence
    this.needs = rest === undefined ? 1 : creditFor(rest)
    if (unsent.length === 0) this.#moveTo(this.asked.to + 1, 0)
    else if (rest === undefined) this.#moveTo((taken.at(-1)?.sequence ?? 0) + 1, 0)
    else this.#moveTo(rest.sequence, taken.filter(({ sequence }) => sequence === rest.sequence).length)
    return taken
  }

  #moveTo(next: number, sent: number): void {
    this.#sentAtNext = next === this.#next ? this.#sentAtNext + sent : sent
    this.#next = next
  }
}

/** As many messages as one frame within this credit holds. */
export function fitting(messages: readonly MessageEntry[], credit: number): MessageEntry[] {
  let bytes = FRAME_OVERHEAD_BYTES
  let count = 0
  for (const { text } of messages.slice(0, ITEMS_PER_FRAME_MAX)) {
    bytes += itemBytes(Buffer.byteLength(text))
    if (bytes > credit) break
    count++
  }
  return messages.slice(0, count)
}

/** Credit that a frame with this message alone takes, at most. */
export function creditFor({ text }: MessageEntry): number {
  return FRAME_OVERHEAD_BYTES + itemBytes(Buffer.byteLength(text))
}

/** A message as it crosses the wire. */
export function itemFrom({ text, signature }: MessageEntry): Item {
  return { text: Buffer.from(text), signature }
}

/** Prefix, tags, lengths and id of a Messages frame, at most. */
const FRAME_OVERHEAD_BYTES = 32
