// One feed in the hand of whoever appends to it: remembers what stands around the last message, because the next one usually follows it.

import type { Neighbourhood } from '../feed/index.ts'
import type { FeedRow, FeedStore, HeldMessage, Hole, HoleReason, Mended, NewMessage } from './log-store.ts'

type Predecessors = Neighbourhood['predecessors']

/** A feed's row and surroundings during one transaction. Nothing of it is written before {@link save} but messages and marks. */
export class OpenFeed {
  readonly row: FeedRow
  readonly #store: FeedStore
  readonly #gapReason: HoleReason
  #latest: { sequence: number; hash: string } | undefined
  /** The hole looked at last, as the store has it, and the first sequence of it that is still not held. */
  #hole: Hole | undefined
  #holeFrom = 0

  /** @param isWanted - whether the whole feed is: then a gap is missed, else it was filtered */
  constructor(store: FeedStore, row: FeedRow, isWanted: boolean) {
    this.#store = store
    this.row = row
    this.#gapReason = isWanted ? 'missing' : 'filtered'
  }

  /** What is held around a sequence. On top of a feed, and along a hole that is being filled, the database is hardly asked. */
  around(sequence: number): Neighbourhood {
    const { head, headHash, forkedAt } = this.row
    if (forkedAt !== undefined) return this.#aroundForked(sequence)
    if (sequence > head) {
      const predecessors = sequence === head + 1 && headHash !== undefined ? [{ hash: headHash }] : []
      return { forkedAt, hole: undefined, held: [], predecessors, successors: [] }
    }
    const hole = this.holeAt(sequence)
    if (hole === undefined || hole.reason === 'damaged') return this.#aroundHeld(sequence)
    const predecessors = sequence > hole.from ? [] : this.#predecessorsOf(sequence)
    const successors = sequence < hole.to ? [] : this.#store.messagesAt(this.row, sequence + 1)
    return { forkedAt, hole: hole.reason, held: [], predecessors, successors }
  }

  /** The hole around a sequence, without what was filled of it. */
  holeAt(sequence: number): Hole | undefined {
    if (this.#hole === undefined || sequence < this.#hole.from || sequence > this.#hole.to) this.#lookAtHole(sequence)
    const hole = this.#hole
    if (hole === undefined || sequence < this.#holeFrom || sequence > hole.to) return undefined
    return { ...hole, from: this.#holeFrom }
  }

  append(message: Omit<NewMessage, 'feed'>): void {
    this.row.arrival = this.#store.append({ feed: this.row, ...message })
  }

  /** The message just appended has effect: the head moves up over a hole, or the message leaves the hole that it fills. */
  extend({ sequence, hash }: { sequence: number; hash: string }): void {
    const { row } = this
    if (sequence <= row.head) this.#fill(sequence)
    else if (sequence > row.head + 1)
      this.#store.addHole(row, { from: row.head + 1, to: sequence - 1, reason: this.#gapReason })
    row.head = Math.max(row.head, sequence)
    if (sequence === row.head) row.headHash = hash
    this.#latest = { sequence, hash }
  }

  /** The message takes the place of the damaged one that it was before, at the same offset. */
  mend({ sequence, hash, text, signature }: Mended, link: HeldMessage['link']): void {
    const held = this.#store.messagesAt(this.row, sequence).filter((one) => !isSound(one))
    const damaged = held.find((one) => one.hash === hash) ?? held[0]
    if (damaged !== undefined) {
      this.#store.mend(damaged.offset, { sequence, hash, text, signature })
      if (link === 'linked') this.#store.markLinked(damaged.offset)
    }
    this.#fill(sequence)
    this.linkSuccessors({ sequence, hash })
  }

  /** Held successors that name this message are linked by it. */
  linkSuccessors({ sequence, hash }: { sequence: number; hash: string }): void {
    for (const successor of this.#store.messagesAt(this.row, sequence + 1)) {
      if (successor.previous === hash) this.#store.markLinked(successor.offset)
    }
  }

  /** Freezes the feed below `at`. What stands from there on stays as evidence; holes up there are never asked for again. */
  fork(at: number, receivedAt: number): void {
    const { row } = this
    row.arrival = this.#store.appendForked(row, at, receivedAt)
    row.forkedAt = at
    row.head = at - 1
    const below = this.#store.messagesAt(row, at - 1)
    row.headHash = below.length === 1 ? below[0]?.hash : undefined
  }

  /** Writes what was kept in hand. */
  save(): void {
    this.#writeHole()
    this.#store.saveFeed(this.row)
  }

  #aroundForked(sequence: number): Neighbourhood {
    const { reason } = this.holeAt(sequence) ?? {}
    return { ...this.#aroundHeld(sequence), hole: reason === 'damaged' ? undefined : reason }
  }

  #aroundHeld(sequence: number): Neighbourhood {
    const { head, headHash, forkedAt } = this.row
    return {
      forkedAt,
      hole: undefined,
      known: sequence === head ? headHash : undefined,
      held: this.#store.messagesAt(this.row, sequence),
      predecessors: this.#store.messagesAt(this.row, sequence - 1).filter(isSound),
      successors: this.#store.messagesAt(this.row, sequence + 1),
    }
  }

  /** In a feed without a fork one message is held at most at each sequence. */
  #predecessorsOf(sequence: number): Predecessors | HeldMessage[] {
    if (this.#latest?.sequence === sequence - 1) return [this.#latest]
    return this.#store.messagesAt(this.row, sequence - 1).filter(isSound)
  }

  #lookAtHole(sequence: number): void {
    this.#writeHole()
    this.#hole = this.#store.holeAt(this.row, sequence)
    this.#holeFrom = this.#hole?.from ?? 0
  }

  /** From its start a hole is filled in hand; anywhere else it is split in the store at once. */
  #fill(sequence: number): void {
    const hole = this.holeAt(sequence)
    if (hole === undefined) return
    this.#holeFrom = sequence + 1
    if (sequence === hole.from) return
    const before = { ...hole, to: sequence - 1 }
    this.#writeHole([before])
  }

  /** Writes what is left of the hole in hand, and other parts of it. */
  #writeHole(parts: Hole[] = []): void {
    const hole = this.#hole
    this.#hole = undefined
    if (hole === undefined || this.#holeFrom === hole.from) return
    const left = { ...hole, from: this.#holeFrom }
    this.#store.replaceHole(this.row, hole, left.from <= left.to ? [...parts, left] : parts)
  }
}

/** Whether a disk has left it as it was signed. */
function isSound({ previous }: HeldMessage): boolean {
  return previous !== undefined
}
