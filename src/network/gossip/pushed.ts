// Which messages travelled by gossip lately, through this node: whoever is told of them most likely has them.

import { PUSHED_KEPT_MAX } from './constants.ts'
import type { Hash } from '../../feed/index.ts'

export class Pushed {
  readonly #hashes = new Set<Hash>()

  add(hash: Hash): void {
    this.#hashes.add(hash)
    const [oldest] = this.#hashes
    if (this.#hashes.size > PUSHED_KEPT_MAX && oldest !== undefined) this.#hashes.delete(oldest)
  }

  has(hash: Hash): boolean {
    return this.#hashes.has(hash)
  }
}
