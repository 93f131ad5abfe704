// Choices and damage from chance that a seed decides.

import { seededRandom } from '../seeded-random.ts'

/** Bytes that mean something to one decoder or another. */
const TELLING = Buffer.from('"\\{}[],:0129.-+eEutn/ \n\u007f\u0000\u0001\u0008\u000a\u0012\u0080\u00ff', 'latin1')

export class Chance {
  readonly random: () => number

  constructor(seed: number) {
    this.random = seededRandom(seed)
  }

  /** A whole number from 0, below the limit. */
  below(limit: number): number {
    return Math.floor(this.random() * limit)
  }

  oneOf<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T // As: there is one.
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256))
  }

  /** These bytes with one to three changes: some replaced, inserted, removed, doubled or cut off. */
  damaged(bytes: Uint8Array): Buffer {
    let damaged = Buffer.from(bytes)
    for (let changes = 1 + this.below(3); changes > 0; changes--) damaged = this.#change(damaged)
    return damaged
  }

  #change(bytes: Buffer): Buffer<ArrayBuffer> {
    const at = this.below(bytes.length + 1)
    const byte = Buffer.from([this.below(2) === 0 ? this.oneOf([...TELLING]) : this.below(256)])
    const some = this.below(8)
    switch (this.below(5)) {
      case 0:
        return Buffer.concat([bytes.subarray(0, at), byte, bytes.subarray(at + 1)])
      case 1:
        return Buffer.concat([bytes.subarray(0, at), byte, bytes.subarray(at)])
      case 2:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + some)])
      case 3:
        return Buffer.concat([bytes.subarray(0, at + some), bytes.subarray(at)])
      default:
        return Buffer.from(bytes.subarray(0, at))
    }
  }
}
