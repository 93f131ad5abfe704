// The tries of one node: its own, which all pullers are told by, kept up to date as messages arrive; and for a while those that it makes for the
// salts of others, to compare with theirs.

import { PEERS_COUNTED_MAX, TRIE_FEEDS_MAX, TRIES_LENT_MAX } from '../constants.ts'
import { Slices } from '../slices.ts'
import { Trie } from './trie.ts'
import type { Log } from '../../../log/index.ts'

export interface TriesInit {
  log: Log
  /** Ours, 16 hex: random, so that nobody can choose where in the trie a feed comes to stand. */
  salt: string
  /** Feeds from which on a trie is worth its round trips. */
  feedsMin: number
}

/** A trie for a server's salt, held by one pull. */
export interface LentTrie {
  /** Made at the first call, with all that is here by then. */
  under(salt: string, signal: AbortSignal): Promise<Trie>
  /** From the first call to {@link under} until it is given back. */
  readonly isInUse: boolean
  /** Safe to call twice. */
  giveBack(): void
}

/** Heads that are read in one go: a few milliseconds of reading, and of turning rows into heads. */
const HEADS_PER_PAGE = 256

/** Shared by all streams. */
export class Tries {
  readonly salt: string
  readonly #log: Log
  readonly #feedsMin: number
  #ours: Promise<Kept> | undefined
  #lent = 0
  /** Peers by whose trie nothing was found out. */
  readonly #unreliable = new Set<string>()

  constructor({ log, salt, feedsMin }: TriesInit) {
    this.#log = log
    this.salt = salt
    this.#feedsMin = feedsMin
  }

  /** Whether it pays to compare so many feeds of a puller by a trie with so many of ours. */
  paysFor(theirs: number, ours: number): boolean {
    // With half of all feeds different, heads and hashes together come to what heads alone do.
    return ours >= this.#feedsMin && ours <= TRIE_FEEDS_MAX && 2 * theirs >= ours
  }

  /**
   * Our own trie, as all streams share it.
   *
   * @param isFresh - whether to take in first what has arrived since it was last asked for
   */
  async ours(isFresh: boolean): Promise<Trie> {
    const before = this.#ours
    if (isFresh || before === undefined) this.#ours = this.#refreshed(before)
    const { trie } = await (this.#ours as Promise<Kept>) // As: it was set above, or was there.
    return trie
  }

  /** A trie to compare with what this peer tells; undefined when it would not pay, or too many are lent. */
  lend(peer: string, feeds: number): LentTrie | undefined {
    const isWorthIt = feeds >= this.#feedsMin && feeds <= TRIE_FEEDS_MAX && !this.#unreliable.has(peer)
    if (!isWorthIt || this.#lent >= TRIES_LENT_MAX) return undefined
    this.#lent++
    let isLent = true
    let trie: Promise<Trie> | undefined
    return {
      get isInUse() {
        return trie !== undefined
      },
      under: (salt, signal) => (trie ??= this.#build(salt, signal)),
      giveBack: () => {
        if (isLent) this.#lent--
        isLent = false
        trie = undefined
      },
    }
  }

  /** This peer is asked for all its heads from now on. */
  distrust(peer: string): void {
    this.#unreliable.add(peer)
    const [oldest] = this.#unreliable
    if (this.#unreliable.size > PEERS_COUNTED_MAX && oldest !== undefined) this.#unreliable.delete(oldest)
  }

  /** What was read before and what has arrived since; everything, when that failed or other feeds are blocked now. */
  async #refreshed(before: Promise<Kept> | undefined): Promise<Kept> {
    const last = await before?.catch(() => undefined)
    const { version } = this.#log.selection
    // Before the heads: what arrives meanwhile is read twice rather than never.
    const { offset } = this.#log.cursor()
    const kept = last?.version === version ? last : { trie: new Trie(this.salt), version, offset: -1 }
    if (kept.offset < offset) await this.#addHeads(kept.trie, kept.offset)
    return { trie: kept.trie, version, offset }
  }

  async #build(salt: string, signal: AbortSignal): Promise<Trie> {
    const trie = new Trie(salt)
    await this.#addHeads(trie, 0, signal)
    return trie
  }

  async #addHeads(trie: Trie, arrivedAfter: number, signal?: AbortSignal): Promise<void> {
    const slices = new Slices()
    let page = await this.#log.heads({ arrivedAfter, after: undefined, limit: HEADS_PER_PAGE })
    while (page.length > 0 && !signal?.aborted) {
      for (const head of page) {
        trie.put(head)
        await slices.pause()
      }
      const after = page.at(-1)?.author
      page = await this.#log.heads({ arrivedAfter, after, limit: HEADS_PER_PAGE })
    }
    for (const _ of trie.settle()) {
      if (signal?.aborted) return
      await slices.pause()
    }
  }
}

/** Our trie, and what it is of. */
interface Kept {
  trie: Trie
  /** Of the selection: blocked feeds are not in the trie. */
  version: number
  /** All that arrived up to here is in it; before all offsets when it is new. */
  offset: number
}
