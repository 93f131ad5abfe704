// All heads as one value, kept until a feed changes: peers ask for it at each round.

import { keysOf, sqlFor } from './feed-filter.ts'
import { ROOT } from './log-statements.ts'
import type { FeedFilter, Root } from '../../log/index.ts'
import type { Reader } from '../reader.ts'

/** Peers that ask by different scopes each have a root of their own. */
const ROOTS_KEPT_MAX = 64

/** Roots read since a feed last changed, by their filter. */
export class Roots {
  readonly #reader: Reader
  readonly #roots = new Map<string, Promise<Root>>()

  constructor(reader: Reader) {
    this.#reader = reader
  }

  of(feeds: FeedFilter): Promise<Root> {
    const keys = keysOf(feeds)
    const name = keys.join()
    const reading = this.#roots.get(name) ?? this.#read(sqlFor(ROOT, feeds), keys, name)
    if (this.#roots.size >= ROOTS_KEPT_MAX) this.#roots.clear()
    this.#roots.set(name, reading)
    return reading
  }

  /** A feed has changed. */
  clear(): void {
    this.#roots.clear()
  }

  #read(sql: string, keys: readonly string[], name: string): Promise<Root> {
    const reading = this.#reader.read<Root>(sql, ...keys).then(([row]) => {
      if (row === undefined) throw new Error('An aggregate answers one row.')
      return row
    })
    // A failure is not kept: whoever asks next reads again.
    reading.catch(() => {
      if (this.#roots.get(name) === reading) this.#roots.delete(name)
    })
    return reading
  }
}
