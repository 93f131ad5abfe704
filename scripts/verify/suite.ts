// What a suite of `npm run verify` is: one thing that must hold, tried as often as it is told.

/** Tries something with chance from a seed; the same size and seed try the same. */
export interface Suite {
  name: string
  /** What one try is, in the plural. */
  of: string
  /** What must hold, in a sentence. */
  law: string
  /** How often it is tried in the tests, and by `npm run verify:all`. */
  sizes: { tests: number; long: number }
  /**
   * Tries it.
   *
   * @param reached - told now and then how many tries are done
   * @returns what was seen, in figures
   * @throws Error at the first try at which it does not hold
   */
  run(size: number, seed: number, reached: (done: number) => void): Promise<string>
}

/** Counts by name, for the figures. */
export class Counts {
  readonly #counts = new Map<string, number>()

  add(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  get text(): string {
    return [...this.#counts].map(([name, count]) => `${name} ${count.toLocaleString('en')}`).join(', ')
  }
}
