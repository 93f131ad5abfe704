// One piece of work at a time for each thing: between a look whether something is there and the write that follows, nobody else may write.

/** Turns by name; names without work are forgotten. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  /** Runs this when all earlier work of the same name has ended, however it did. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name)
    const turn = before === undefined ? work() : before.then(work, work)
    this.#last.set(name, turn)
    try {
      return await turn
    } finally {
      if (this.#last.get(name) === turn) this.#last.delete(name)
    }
  }
}
