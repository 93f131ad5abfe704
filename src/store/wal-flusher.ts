// Brings to disk what was committed without waiting for it: one flush for all that came within a moment, beside the main thread.

import { open } from 'node:fs/promises'

/** How long a commit may lie unflushed. What a power cut takes of it, peers give again. */
const FLUSH_MS = 50

/** Flushes the WAL of one database. */
export class WalFlusher {
  readonly #wal: string
  #isScheduled = false

  /** @param path - of the database */
  constructor(path: string) {
    this.#wal = `${path}-wal`
  }

  /** What is committed by now is on disk a moment after. */
  soon(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setTimeout(() => void this.#flush(), FLUSH_MS).unref()
  }

  async #flush(): Promise<void> {
    this.#isScheduled = false
    try {
      const wal = await open(this.#wal, 'r+')
      await wal.datasync().finally(() => wal.close())
    } catch {
      // Closed meanwhile, which flushes; or a disk that fails, which says so to the next commit.
    }
  }
}
