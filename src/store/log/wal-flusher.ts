// Brings to disk what was committed without waiting for it: one flush for all that came within a moment, beside the main thread.

import { open } from 'node:fs/promises'
import type { Connection } from '../database.ts'

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

/** Runs `commit` without waiting for the disk: what it wrote survives the end of the process at once, and a power cut a moment later. */
export function commitLazily<T>(database: Connection, flusher: WalFlusher, commit: () => T): T {
  database.exec('PRAGMA synchronous = NORMAL')
  try {
    return commit()
  } finally {
    database.exec('PRAGMA synchronous = FULL')
    flusher.soon()
  }
}
