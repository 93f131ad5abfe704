// What a puller remembers between streams, in memory.

import type { Author } from '../../src/feed/index.ts'
import type { AskedMark, KnownServer, PullStore } from '../../src/network/replicate/index.ts'

export class PullMemory implements PullStore {
  readonly #known = new Map<string, KnownServer>()
  readonly #asked = new Map<string, Map<Author, number>>()

  known(peer: string): KnownServer | undefined {
    return this.#known.get(peer)
  }

  remember(peer: string, server: KnownServer): void {
    if (this.#known.get(peer)?.store !== server.store) this.#asked.delete(peer)
    this.#known.set(peer, server)
  }

  asked(peer: string, _store: string, authors: readonly Author[]): (number | undefined)[] {
    const marks = this.#asked.get(peer)
    return authors.map((author) => marks?.get(author))
  }

  forget(): void {
    this.#known.clear()
    this.#asked.clear()
  }

  markAsked(peer: string, _store: string, marks: readonly AskedMark[]): void {
    const known = this.#asked.get(peer) ?? new Map<Author, number>()
    this.#asked.set(peer, known)
    for (const { author, arrival } of marks) known.set(author, arrival)
  }
}
