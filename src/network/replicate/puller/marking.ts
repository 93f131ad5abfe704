// Marks on their way to the store. Each write is a commit to disk, so what one turn of the event loop brings is written as one.

import { setImmediate as turn } from 'node:timers/promises'
import type { AskedMark, PullStore } from './pull-store.ts'

/** The marks of one stream. */
export class Marking {
  readonly #pullStore: Pick<PullStore, 'markAsked'>
  readonly #peer: string
  #store = ''
  #marks: AskedMark[] = []

  constructor(pullStore: Pick<PullStore, 'markAsked'>, peer: string) {
    this.#pullStore = pullStore
    this.#peer = peer
  }

  /** Resolves when the marks are written. A stream has one store from its first Have to its end. */
  async mark(store: string, marks: readonly AskedMark[]): Promise<void> {
    this.#store = store
    this.#marks.push(...marks)
    await turn()
    this.write()
  }

  /** Writes what waits, for what must not be written before it. */
  write(): void {
    if (this.#marks.length > 0) this.#pullStore.markAsked(this.#peer, this.#store, this.#marks.splice(0))
  }
}
