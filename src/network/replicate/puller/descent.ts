// A puller's way down a server's trie: from the prefixes that were told to those to ask for next, breadth first, until all that differs is told
// by its heads. Spec §3, "Trie".

import { TRIE_DEPTH_MAX, TRIE_PREFIXES_MAX, TRIE_PREFIXES_PER_FRAME_MAX } from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import { TOP } from '../trie/trie.ts'
import { isBelow, placeOf } from '../trie/trie-rows.ts'
import type { Have, ToldHead, TrieNode } from '../frames/frames.ts'
import type { Prefix } from '../trie/trie.ts'

/** The hashes below a prefix, as a server told them. */
export interface ToldNode {
  prefix: Prefix
  hashes: TrieNode
}

/** One descent, from the first Have to the last. */
export class Descent {
  /** 16 hex. */
  readonly salt: string
  readonly #saltBytes: Buffer
  /** What the server has not answered yet, in the order in which it was asked. */
  #owed: Prefix[] = [TOP]
  /** To be asked for next. */
  #waiting: Prefix[] = []
  #nodes: ToldNode[] = []
  #isComparing = false
  #found = 1

  constructor(salt: string) {
    this.salt = salt
    this.#saltBytes = Buffer.from(salt, 'hex')
  }

  /** Whether nothing is owed, to be compared, or to be asked for. */
  get isComplete(): boolean {
    return this.#owed.length + this.#waiting.length + this.#nodes.length === 0 && !this.#isComparing
  }

  /**
   * Takes in an answer.
   *
   * @throws ReplicateError `REPLICATE_FRAME_INVALID`
   */
  admit({ nodes = [], heads = [], more = false }: Have): void {
    const answered = this.#owed.splice(0, nodes.length)
    const isAnswer = answered.length === nodes.length && nodes.length > 0 && more === this.#owed.length > 0
    if (!isAnswer) throw invalid('The nodes of a trie must be those that were asked for.')
    for (const [index, prefix] of answered.entries()) {
      const hashes = nodes[index] ?? []
      if (hashes.length > 0 && prefix.length === TRIE_DEPTH_MAX) throw invalid('A trie does not go as deep as that.')
      if (hashes.length > 0) this.#nodes.push({ prefix, hashes })
    }
    this.#admitHeads(
      heads,
      answered.filter((_, index) => nodes[index]?.length === 0),
    )
  }

  /** Nodes to compare with ours; none while others are being compared. */
  takeNodes(): ToldNode[] {
    if (this.#isComparing) return []
    const nodes = this.#nodes
    this.#nodes = []
    this.#isComparing = nodes.length > 0
    return nodes
  }

  /**
   * The prefixes below the nodes taken last where ours are different.
   *
   * @throws ReplicateError `REPLICATE_TOO_MANY`
   */
  compared(differing: readonly Prefix[]): void {
    this.#isComparing = false
    this.#found += differing.length
    if (this.#found > TRIE_PREFIXES_MAX) {
      const limit = TRIE_PREFIXES_MAX
      throw new ReplicateError('REPLICATE_TOO_MANY', `More than ${limit} prefixes of a trie differ.`, { limit })
    }
    for (const prefix of differing) this.#waiting.push(prefix)
  }

  /** The next prefixes to ask for; none while an answer is owed, or could still add to what is asked together. */
  take(): Prefix[] {
    if (this.#owed.length > 0 || this.#nodes.length > 0 || this.#isComparing) return []
    this.#owed = this.#waiting.splice(0, TRIE_PREFIXES_PER_FRAME_MAX)
    return [...this.#owed]
  }

  /** Heads stand in the order of their prefixes, and below each in that of the trie: so none is told twice, or that was not asked for. */
  #admitHeads(heads: readonly ToldHead[], prefixes: readonly Prefix[]): void {
    let at = 0
    let last: Buffer = NOTHING
    for (const { author } of heads) {
      const place = placeOf(this.#saltBytes, author)
      for (; !isBelow(place, prefixes[at] ?? TOP); at++) last = NOTHING
      if (at >= prefixes.length || Buffer.compare(last, place) >= 0) {
        throw invalid('Heads must be those below the prefixes that were asked for, in order.', { author })
      }
      last = place
    }
  }
}

const NOTHING = Buffer.alloc(0)

function invalid(what: string, details: Readonly<Record<string, unknown>> = {}): ReplicateError {
  return new ReplicateError('REPLICATE_FRAME_INVALID', what, details)
}
