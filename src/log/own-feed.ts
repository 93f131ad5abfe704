// Whether our own feed may be continued. A store that lost the end of it (an old copy, a restored backup, another machine) would sign a
// sequence twice and fork it for ever: then nothing is published until peers have given back what they hold.

import type { LogComponents } from './components.ts'
import type { FeedRow, LogStore } from './log-store.ts'

/** The flag survives restarts; who proved that we lost something need not. */
const ROLLED_BACK = 'rolled_back'

/** Damaged messages, which nobody waits for, may stand before what is missing. */
const MISSING_LOOKED_AT = 10_000

/** The state of our own feed. */
export class OwnFeed {
  readonly #store: LogStore
  readonly #identity: LogComponents['identity']
  /** Peers that proved to hold more of it than we did, and have not given all of it yet. */
  readonly #provers = new Set<string>()
  /** Undefined while no peer is waited for. */
  #waiting: { ended: Promise<void>; end: () => void } | undefined

  constructor({ store, identity }: Pick<LogComponents, 'store' | 'identity'>) {
    this.#store = store
    this.#identity = identity
  }

  /** Whether publishing waits until it is fetched back from peers. */
  isRolledBack(): boolean {
    return this.#store.flag(ROLLED_BACK)
  }

  /**
   * Gives peers a moment, from now on, to tell what they hold of our own feed: a data directory that was set back as a whole (the snapshot of
   * a machine, a copy of a directory) cannot know by itself that it was.
   */
  waitForPeers(ms: number): void {
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(() => this.#endWaiting(), ms).unref()
    const end = (): void => {
      clearTimeout(timer)
      resolve()
    }
    this.#waiting = { ended, end }
  }

  /** Resolves when a peer has told what it holds, or when its time is up; undefined when none is waited for. */
  get waiting(): Promise<void> | undefined {
    return this.#waiting?.ended
  }

  /**
   * A message above our head bears our own signature.
   *
   * @param peer - who gave it; undefined when whoever runs this node imports it: any peer may then tell what it holds
   */
  provedLongerBy(peer: string | undefined): void {
    this.hold()
    if (peer !== undefined) this.#provers.add(peer)
  }

  /**
   * To be called whenever a peer has given all that it holds of it. Publishing goes on when each peer that proved more than we had did so,
   * and nothing is missing: another peer, which knows less, cannot open it too early.
   */
  fetchedFrom(peer: string): void {
    if (this.isRolledBack()) this.#goOnWhenWhole(peer)
    this.#endWaiting()
  }

  #goOnWhenWhole(peer: string): void {
    this.#provers.delete(peer)
    const own = this.#store.feed(this.#identity.author)
    const isWhole = own === undefined || this.#isWhole(own)
    if (this.#provers.size === 0 && isWhole) this.#store.setFlag(ROLLED_BACK, false)
  }

  /** Whether nothing is missing; behind more than we look at, something may be. */
  #isWhole(own: FeedRow): boolean {
    const missing = this.#store.missing(own, MISSING_LOOKED_AT)
    return missing.length < MISSING_LOOKED_AT && missing.every(({ reason }) => reason === 'damaged')
  }

  /** Publishing waits from now on as after a rollback. */
  hold(): void {
    this.#store.setFlag(ROLLED_BACK, true)
  }

  /** Publishing goes on: whoever runs this node knows that no peer holds more. */
  release(): void {
    this.#provers.clear()
    this.#store.setFlag(ROLLED_BACK, false)
    this.#endWaiting()
  }

  /** Safe to call twice. */
  #endWaiting(): void {
    this.#waiting?.end()
    this.#waiting = undefined
  }
}
