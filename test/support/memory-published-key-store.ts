// Keys of publishing once in plain memory: a second implementation of what the log needs.

import type { PublishedKeyStore, PublishedUnderKey } from '../../src/log/index.ts'

/** {@link PublishedKeyStore} without a database. */
export class MemoryPublishedKeyStore implements PublishedKeyStore {
  readonly #records = new Map<string, PublishedUnderKey>()

  published(key: string): PublishedUnderKey | undefined {
    return this.#records.get(key)
  }

  remember(record: PublishedUnderKey): void {
    this.#records.delete(record.key)
    this.#records.set(record.key, record)
  }

  forget(before: number, keep: number, count: number): void {
    const beyond = this.#records.size - keep
    for (const [place, record] of [...this.#records.values()].slice(0, count).entries()) {
      if (record.at <= before || place < beyond) this.#records.delete(record.key)
    }
  }
}
