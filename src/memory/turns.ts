// Work on one thing in turn: whoever looks whether something is there before it writes must not be overtaken in between.

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
