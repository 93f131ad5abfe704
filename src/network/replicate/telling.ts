// How a server tells a puller which feeds may differ: nothing when the roots agree, what is new behind a known cursor, or everything.

import { HEADS_PER_FRAME_SENT } from './constants.ts'
import { send } from './machine.ts'
import type { Author } from '../../feed/index.ts'
import type { Head, Root, StoreCursor } from '../../log/index.ts'
import type { Have, ToldHead } from './frames.ts'
import type { ServerStep } from './server-steps.ts'

type Stage = 'unasked' | 'reading' | 'waiting for more' | 'complete'

/** One telling after another, on one stream. */
export class Telling {
  readonly #store: string
  #stage: Stage = 'unasked'
  /** Whose heads are told; undefined for all. */
  #authors: readonly Author[] | undefined
  #knownCursor: StoreCursor | undefined
  #pullersRoot: Root | undefined
  #root: Root | undefined
  #cursor: StoreCursor | undefined
  /** Feeds whose latest entry stands behind this offset are told. */
  #arrivedAfter = 0
  #lastAuthor: Author | undefined
  #isFirstFrame = true

  constructor(store: string) {
    this.#store = store
  }

  /** Up to where the telling under way goes, and the one before it went. */
  get cursor(): StoreCursor | undefined {
    return this.#cursor
  }

  /** Up to where the puller knows everything; undefined while a telling is under way. */
  get toldUpTo(): StoreCursor | undefined {
    return this.#stage === 'complete' ? this.#cursor : undefined
  }

  get isWaiting(): boolean {
    return this.#stage === 'waiting for more'
  }

  /** The puller said what it has, and whose feeds it wants. */
  *begin({ knownStore, knownCursor, root }: Have, authors: readonly Author[] | undefined): Generator<ServerStep> {
    this.#stage = 'reading'
    this.#authors = authors
    this.#pullersRoot = root
    this.#knownCursor = knownStore === this.#store ? knownCursor : undefined
    yield { type: 'readState', known: this.#knownCursor, withRoot: true, authors }
  }

  /** On a live stream: tells what has changed since the last telling. */
  *tellNews(): Generator<ServerStep> {
    this.#stage = 'reading'
    this.#knownCursor = this.#cursor
    yield { type: 'readState', known: this.#knownCursor, withRoot: false, authors: this.#authors }
  }

  /** Where the log stands. The cursor was taken before the root: what arrives in between is told twice rather than never. */
  *stateRead(cursor: StoreCursor, isKnown: boolean, root: Root | undefined): Generator<ServerStep> {
    this.#cursor = cursor
    this.#root = root
    this.#arrivedAfter = (isKnown && this.#knownCursor?.offset) || 0
    this.#lastAuthor = undefined
    this.#isFirstFrame = true
    const isNothingNew = isKnown && this.#arrivedAfter === cursor.offset
    if (isNothingNew || areEqual(root, this.#pullersRoot)) yield* this.#tell([])
    else yield this.#question()
    this.#pullersRoot = undefined
  }

  *headsRead(heads: readonly Head[]): Generator<ServerStep> {
    this.#lastAuthor = heads.at(-1)?.author
    yield* this.#tell(heads)
  }

  /** The puller took in what was told last. */
  *more(): Generator<ServerStep> {
    this.#stage = 'reading'
    yield this.#question()
  }

  *#tell(heads: readonly Head[]): Generator<ServerStep> {
    const more = heads.length === HEADS_PER_FRAME_SENT
    this.#stage = more ? 'waiting for more' : 'complete'
    const opening = this.#isFirstFrame ? { store: this.#store, cursor: this.#cursor, root: this.#root } : {}
    this.#isFirstFrame = false
    yield send({ kind: 'have', ...opening, heads: heads.map(toldHead), more })
  }

  #question(): ServerStep {
    return {
      type: 'readHeads',
      arrivedAfter: this.#arrivedAfter,
      after: this.#lastAuthor,
      limit: HEADS_PER_FRAME_SENT,
      authors: this.#authors,
    }
  }
}

function toldHead({ author, sequence, hash, floor, arrival, forkedAt }: Head): ToldHead {
  return { author, sequence, hash: hash?.slice(0, 16), floor, arrival, forked: forkedAt !== undefined }
}

function areEqual(ours: Root | undefined, theirs: Root | undefined): boolean {
  if (ours === undefined || theirs === undefined) return false
  return ours.count === theirs.count && Buffer.compare(ours.root, theirs.root) === 0
}
