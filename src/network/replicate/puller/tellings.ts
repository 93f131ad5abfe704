// What a server tells its puller of its feeds: one telling after the other, each from the frame that begins it to the last, as a list of heads or by
// a trie. Spec §3.

import { HEADS_AHEAD, HEADS_TOLD_MAX } from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import { Descent } from './descent.ts'
import { HeadOrder } from './head-order.ts'
import type { StoreCursor } from '../../../log/index.ts'
import type { Have, ToldHead } from '../frames/frames.ts'
import type { Prefix } from '../trie/trie.ts'
import type { ToldNode } from './descent.ts'
import type { Greeting } from './greeting.ts'
import type { TailStart } from './resume.ts'

/** The Have that may come; `news` is not owed. */
export type Awaited = 'first Have' | 'further Have' | 'news'

/** What a Have brought. */
export interface Told {
  heads: readonly ToldHead[]
  /** Of the telling that began by it: up to where it goes, and where to look on for topics. */
  begun: { cursor: StoreCursor; tails: readonly TailStart[] } | undefined
}

/** The tellings of one stream. */
export class Tellings {
  readonly #greeting: Greeting
  readonly #headOrder = new HeadOrder()
  /** When the server tells by its trie. */
  #descent: Descent | undefined
  /** A trie of ours is kept ready. */
  #holdsTrie: boolean
  #awaited: Awaited | undefined = 'first Have'
  #isMoreToTell = false
  #store: string | undefined
  #told = 0
  /** Up to where all is told once the telling under way is complete. */
  #upTo: StoreCursor | undefined
  /** The cursor of the telling before. */
  #before: StoreCursor | undefined

  /** @param holdsTrie - whether a trie of ours is kept ready for this stream */
  constructor(greeting: Greeting, holdsTrie: boolean) {
    this.#greeting = greeting
    this.#holdsTrie = holdsTrie
  }

  /** The server's, as soon as it has told anything. */
  get store(): string | undefined {
    return this.#store
  }

  get awaited(): Awaited | undefined {
    return this.#awaited
  }

  /** Heads told in the telling under way, or in the last one. */
  get told(): number {
    return this.#told
  }

  /** Whether nothing is to be asked for down the server's trie. */
  get isDescended(): boolean {
    return this.#descent?.isComplete !== false
  }

  /** Whether an end would come in the middle of a telling, or of what it led to. */
  get isUnfinished(): boolean {
    return this.#awaited === 'first Have' || this.#upTo !== undefined
  }

  /**
   * Takes in what the server says of its feeds.
   *
   * @throws ReplicateError `REPLICATE_FRAME_UNEXPECTED`, `REPLICATE_FRAME_INVALID`, `REPLICATE_TOO_MANY`
   */
  take(have: Have): Told {
    const { store, cursor, salt, heads = [], more = false } = have
    if (this.#awaited === undefined) throw unexpected('A Have that nobody asked for.')
    if (salt !== undefined) this.#beginDescent(salt)
    const begun = this.#awaited === 'further Have' ? undefined : this.#begin(store, cursor)
    this.#awaited = undefined
    this.#isMoreToTell = more
    this.#told += heads.length
    if (this.#told > HEADS_TOLD_MAX) {
      const limit = HEADS_TOLD_MAX
      throw new ReplicateError('REPLICATE_TOO_MANY', `More than ${limit} heads were told.`, { limit })
    }
    const order = this.#descent?.isComplete === false ? this.#descent : this.#headOrder
    order.admit(have)
    return { heads, begun }
  }

  /** Nodes of the server's trie to be compared with ours. */
  takeNodes(): { salt: string; nodes: readonly ToldNode[] } | undefined {
    const nodes = this.#descent?.takeNodes() ?? []
    return this.#descent !== undefined && nodes.length > 0 ? { salt: this.#descent.salt, nodes } : undefined
  }

  /** The prefixes below the nodes taken last where ours are different. */
  nodesCompared(differing: readonly Prefix[]): void {
    this.#descent?.compared(differing)
  }

  /** Whether our trie is no longer needed; says so once. */
  dropsTrie(): boolean {
    const isDropped = this.#holdsTrie && this.isDescended
    if (isDropped) this.#holdsTrie = false
    return isDropped
  }

  /**
   * What to ask for, so that the telling goes on; undefined while it has said all, or enough.
   *
   * @param waiting - heads that wait to be compared
   */
  askOn(waiting: number): { more: boolean; prefixes: Prefix[] } | undefined {
    if (waiting > HEADS_AHEAD) return undefined
    const prefixes = this.#descent?.take() ?? []
    const more = this.#isMoreToTell
    if (!more && prefixes.length === 0) return undefined
    this.#isMoreToTell = false
    this.#awaited = 'further Have'
    return { more, prefixes }
  }

  /** The next telling comes when something has changed. */
  awaitNews(): void {
    this.#awaited = 'news'
  }

  /** Up to where all was told, once for each telling; undefined while it goes on. To be asked when all that it led to is done. */
  takeCompleted(): StoreCursor | undefined {
    if (this.#awaited !== undefined) return undefined
    const completed = this.#upTo
    this.#upTo = undefined
    return completed
  }

  /** Only the first telling may be by a trie. */
  #beginDescent(salt: string): void {
    const isAskedFor = this.#awaited === 'first Have' && this.#greeting.frame.takesTrie
    if (!isAskedFor) throw unexpected('A trie that nobody asked for.')
    this.#descent = new Descent(salt)
  }

  #begin(store: string | undefined, cursor: StoreCursor | undefined): Told['begun'] {
    const isSameStore = this.#store === undefined || this.#store === store
    if (store === undefined || cursor === undefined || !isSameStore) {
      throw new ReplicateError('REPLICATE_FRAME_INVALID', "A telling must begin with the server's store and cursor.")
    }
    const tails = this.#greeting.tailsFrom(store, this.#before)
    this.#store = store
    this.#upTo = cursor
    this.#before = cursor
    this.#headOrder.begin()
    this.#told = 0
    return { cursor, tails }
  }
}

/** A frame, or a part of one, that has no place. */
export function unexpected(what: string): ReplicateError {
  return new ReplicateError('REPLICATE_FRAME_UNEXPECTED', what)
}
