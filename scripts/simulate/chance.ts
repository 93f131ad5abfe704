// Everything that a simulation leaves to chance, drawn from one seed.

import { seededRandom } from '../seeded-random.ts'

export class Chance {
  readonly next: () => number

  constructor(seed: number) {
    this.next = seededRandom(seed)
  }

  /** Another stream of chance: what one part draws does not change the luck of another. */
  branch(): Chance {
    return new Chance(Math.floor(this.next() * 2 ** 32))
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low)
  }

  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  /** All of them, in any order (Fisher and Yates). */
  shuffled<T>(values: Iterable<T>): T[] {
    const list = [...values]
    for (let at = list.length - 1; at > 0; at--) {
      const other = this.below(at + 1)
      const [one, two] = [list[at] as T, list[other] as T] // Both are inside.
      list[at] = two
      list[other] = one
    }
    return list
  }
}
