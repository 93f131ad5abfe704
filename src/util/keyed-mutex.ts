// One piece of work at a time for each key: between a look whether something is there and the write that follows, nobody else may write.

/** Keys without work are forgotten. */
export class KeyedMutex<Key> {
  readonly #last = new Map<Key, Promise<unknown>>()

  /** Runs this when all earlier work of the same key has ended, however it did; at once when there is none. */
  async run<T>(key: Key, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const turn = before === undefined ? work() : before.then(work, work)
    this.#last.set(key, turn)
    try {
      return await turn
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key)
    }
  }
}
