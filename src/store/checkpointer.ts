// Writes the WAL back into the database file beside the main thread: its flushes take a tenth of a second on a busy disk, and a commit
// that had to wait for them would hold everybody up.

import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { siblingModule } from './sibling-module.ts'
import type { Connection } from './database.ts'

/** How often the WAL's size is looked at. */
const LOOK_MS = 500

/** A WAL of this size is written back; SQLite's own default, 1,000 pages. */
const WAL_BYTES_WRITTEN_BACK = 4 * 1024 * 1024

/** Keeps the WAL of one database short while it is open. */
export class Checkpointer {
  readonly #walPath: string
  readonly #worker: Worker
  readonly #timer: NodeJS.Timeout
  #isBusy = false

  /** @param database - one on disk */
  constructor(database: Connection) {
    this.#walPath = `${database.name}-wal`
    this.#worker = new Worker(siblingModule('checkpoint-worker'), { workerData: database.name })
    this.#worker.on('message', () => {
      this.#isBusy = false
    })
    // It has nothing to say and nothing to lose: a WAL that is not written back is read at the next start.
    this.#worker.on('error', () => {})
    this.#worker.unref()
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
    this.#timer.unref()
  }

  /** To be called before the database is closed. Safe to call twice. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#worker.terminate()
  }

  #look(): void {
    if (this.#isBusy || walBytes(this.#walPath) < WAL_BYTES_WRITTEN_BACK) return
    this.#isBusy = true
    this.#worker.postMessage('write back')
  }
}

function walBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
