// Which peer the latest messages came from, so that nothing is pushed back to its giver. Memory only: forgetting it costs a duplicate.

/** More than lies between a message's arrival and its being pushed on, even while a backlog streams in. */
const SOURCES_KEPT = 20_000

/** Offsets to PeerIds: a ring in which each new one overwrites the oldest. */
export class RecentSources {
  readonly #ring: ({ offset: number; peer: string } | undefined)[] = new Array(SOURCES_KEPT).fill(undefined)

  remember(offset: number, peer: string): void {
    this.#ring[offset % SOURCES_KEPT] = { offset, peer }
  }

  of(offset: number): string | undefined {
    const source = this.#ring[offset % SOURCES_KEPT]
    return source?.offset === offset ? source.peer : undefined
  }
}
