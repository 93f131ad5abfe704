// How a server tells a puller which feeds may differ: nothing when the roots agree, what is new behind a known cursor, what the trie shows, or
// everything.

import { HEADS_PER_FRAME_SENT, TRIE_PREFIXES_MAX } from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import { send } from '../machine.ts'
import { TOP } from '../trie/trie.ts'
import type { Author } from '../../../feed/index.ts'
import type { Head, Root, StoreCursor } from '../../../log/index.ts'
import type { Have, ToldHead } from '../frames/frames.ts'
import type { Prefix } from '../trie/trie.ts'
import type { Tries } from '../trie/tries.ts'
import type { ServerStep } from './server-steps.ts'
import type { TrieAnswer } from './trie-answers.ts'

type Stage = 'unasked' | 'reading' | 'waiting for more' | 'complete'

/** One telling after another, on one stream. */
export class Telling {
  readonly #store: string
  readonly #tries: Pick<Tries, 'salt' | 'paysFor'>
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
  #takesTrie = false
  /** In a telling by the trie, how many prefixes were asked for. */
  #asked: number | undefined
  /** Those that are not answered yet. */
  #prefixes: Prefix[] = []

  constructor(store: string, tries: Pick<Tries, 'salt' | 'paysFor'>) {
    this.#store = store
    this.#tries = tries
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
  *begin(
    { knownStore, knownCursor, root, takesTrie = false }: Have,
    authors: readonly Author[] | undefined,
  ): Generator<ServerStep> {
    this.#stage = 'reading'
    this.#authors = authors
    this.#pullersRoot = root
    this.#takesTrie = takesTrie && authors === undefined
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
    this.#asked = undefined
    const isNothingNew = isKnown && this.#arrivedAfter === cursor.offset
    if (isNothingNew || areEqual(root, this.#pullersRoot)) yield* this.#tell([])
    else if (this.#isByTrie(root)) yield* this.#lookBelow([TOP])
    else yield this.#question()
    this.#pullersRoot = undefined
  }

  /**
   * The puller wants to know what lies below these prefixes.
   *
   * @throws ReplicateError `REPLICATE_FRAME_UNEXPECTED`, `REPLICATE_TOO_MANY`
   */
  *descend(prefixes: readonly Prefix[]): Generator<ServerStep> {
    if (this.#asked === undefined || this.#stage !== 'complete') {
      throw new ReplicateError('REPLICATE_FRAME_UNEXPECTED', 'There is no trie to be asked for prefixes.')
    }
    yield* this.#lookBelow(prefixes)
  }

  /** Answers to the first of the prefixes that wait. */
  *trieRead({ nodes, heads }: TrieAnswer): Generator<ServerStep> {
    this.#prefixes.splice(0, nodes.length)
    const salt = this.#isFirstFrame ? this.#tries.salt : undefined
    yield* this.#say(heads, this.#prefixes.length > 0, { salt, nodes })
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

  #isByTrie(root: Root | undefined): boolean {
    if (!this.#takesTrie || this.#arrivedAfter > 0 || root === undefined) return false
    return this.#pullersRoot !== undefined && this.#tries.paysFor(this.#pullersRoot.count, root.count)
  }

  *#lookBelow(prefixes: readonly Prefix[]): Generator<ServerStep> {
    this.#asked = (this.#asked ?? 0) + prefixes.length
    if (this.#asked > TRIE_PREFIXES_MAX) {
      const limit = TRIE_PREFIXES_MAX
      throw new ReplicateError('REPLICATE_TOO_MANY', `More than ${limit} prefixes were asked for.`, { limit })
    }
    this.#stage = 'reading'
    this.#prefixes = [...prefixes]
    yield this.#question()
  }

  *#tell(heads: readonly Head[]): Generator<ServerStep> {
    yield* this.#say(heads, heads.length === HEADS_PER_FRAME_SENT)
  }

  *#say(heads: readonly Head[], more: boolean, trie: Pick<Have, 'salt' | 'nodes'> = {}): Generator<ServerStep> {
    this.#stage = more ? 'waiting for more' : 'complete'
    const opening = this.#isFirstFrame ? { store: this.#store, cursor: this.#cursor, root: this.#root } : {}
    this.#isFirstFrame = false
    yield send({ kind: 'have', ...opening, ...trie, heads: heads.map(toldHead), more })
  }

  #question(): ServerStep {
    if (this.#prefixes.length > 0) return { type: 'readTrie', prefixes: this.#prefixes, isFresh: this.#isFirstFrame }
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
