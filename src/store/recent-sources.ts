// Which peer the latest messages came from, so that nothing is pushed back to its giver. Memory only: forgetting it costs a duplicate.

/** More than lies between a message's arrival and its being pushed on, even while a backlog streams in. */
const SOURCES_KEPT_MAX = 20_000

/** Offsets to PeerIds, oldest forgotten first. */
export class RecentSources {
  readonly #peers = new Map<number, string>()

  remember(offset: number, peer: string): void {
    this.#peers.set(offset, peer)
    if (this.#peers.size <= SOURCES_KEPT_MAX) return
    for (const oldest of this.#peers.keys()) {
      this.#peers.delete(oldest)
      return
    }
  }

  of(offset: number): string | undefined {
    return this.#peers.get(offset)
  }
}
