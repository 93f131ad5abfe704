// Who may not connect, and until when. Kept on disk, so that a restart pardons nobody; lifted by time or by hand.

import { BAN_MS_FIRST, BAN_MS_MAX, BAN_REMEMBERED_MS, BANS_MAX } from './constants.ts'
import type { ConductCode } from './reputation.ts'

/** One peer's ban. */
export interface Ban {
  /** PeerId. */
  peer: string
  /** The last thing it did. */
  code: ConductCode
  /** Milliseconds since 1970. */
  since: number
  until: number
  /** Bans in a row, this one included. */
  times: number
}

/** Durable, small, synchronous. store/ implements it. */
export interface BanStore {
  bans(): Ban[]
  /** Replaces the ban of the same peer. */
  saveBan(ban: Ban): void
  removeBan(peer: string): void
}

/** The bans of a node. Those that are over stay for a while, because the next one is longer then. */
export class Bans {
  readonly #store: BanStore
  readonly #clock: () => number
  readonly #bans: Map<string, Ban>

  constructor(store: BanStore, clock: () => number) {
    this.#store = store
    this.#clock = clock
    this.#bans = new Map(store.bans().map((ban) => [ban.peer, ban]))
  }

  /** The ban under which a peer is now. */
  of(peer: string): Ban | undefined {
    const ban = this.#bans.get(peer)
    return ban !== undefined && ban.until > this.#clock() ? ban : undefined
  }

  /** Bans in force, the one that ends first standing first. */
  list(): Ban[] {
    return [...this.#bans.values()].filter(({ peer }) => this.of(peer) !== undefined).sort(byEnd)
  }

  /**
   * Bans a peer, for twice as long as the last time.
   *
   * @throws what the store throws; the peer is banned all the same, until the next start
   */
  add(peer: string, code: ConductCode): Ban {
    const since = this.#clock()
    this.#forgetOld(since)
    const times = (this.#bans.get(peer)?.times ?? 0) + 1
    const until = since + Math.min(BAN_MS_MAX, BAN_MS_FIRST * 2 ** (times - 1))
    const ban = { peer, code, since, until, times }
    this.#bans.set(peer, ban)
    this.#store.saveBan(ban)
    return ban
  }

  /** Ends a ban and forgets that it was. Answers whether there was one in force. */
  lift(peer: string): boolean {
    const isInForce = this.of(peer) !== undefined
    if (this.#bans.has(peer)) this.#remove(peer)
    return isInForce
  }

  #forgetOld(now: number): void {
    for (const { peer, until } of this.#bans.values()) {
      if (until + BAN_REMEMBERED_MS <= now) this.#remove(peer)
    }
    if (this.#bans.size < BANS_MAX) return
    const [first] = [...this.#bans.values()].sort(byEnd)
    if (first !== undefined) this.#remove(first.peer)
  }

  #remove(peer: string): void {
    this.#bans.delete(peer)
    this.#store.removeBan(peer)
  }
}

function byEnd(one: Ban, other: Ban): number {
  return one.until - other.until
}
