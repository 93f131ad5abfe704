// Writes the WAL back into the database file beside the main thread: its flushes take a tenth of a second on a busy disk, and a commit
// that had to wait for them would hold everybody up.

import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { WAL_BYTES_KEPT } from './database.ts'
import { siblingModule } from './sibling-module.ts'
import type { Connection } from './database.ts'

/** How often the WAL's size is looked at. */
const LOOK_MS = 500

/**
 * While messages keep coming, the worker never reaches the end of the WAL, and only a WAL that was written back to its end begins anew.
 * Above this size the main thread does the little that the worker has just left.
 */
const WAL_BYTES_MAX = 4 * WAL_BYTES_KEPT

/** Keeps the WAL of one database short while it is open. */
export class Checkpointer {
  readonly #database: Connection
  readonly #timer: NodeJS.Timeout
  #worker: Worker | undefined
  #isBusy = false
  /** Size of the WAL when all of it had been written back; as long as it stays so, nothing was added. */
  #bytesWrittenBack = 0

  /** @param database - the writer's connection, on disk */
  constructor(database: Connection) {
    this.#database = database
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
    this.#timer.unref()
  }

  /** To be called before the database is closed. Safe to call twice. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#worker?.terminate()
  }

  #look(): void {
    const bytes = this.#walBytes()
    if (this.#isBusy || bytes <= WAL_BYTES_KEPT || bytes === this.#bytesWrittenBack) return
    this.#isBusy = true
    this.#worker ??= this.#startWorker()
    this.#worker.postMessage('write back')
  }

  #startWorker(): Worker {
    const worker = new Worker(siblingModule('checkpoint-worker'), { workerData: this.#database.name })
    worker.on('message', () => this.#writtenBack())
    // It has nothing to lose: what is not written back is tried again, or read from the WAL at the next start.
    worker.on('error', () => {})
    worker.on('exit', () => {
      this.#worker = undefined
      this.#isBusy = false
    })
    worker.unref()
    return worker
  }

  #writtenBack(): void {
    this.#isBusy = false
    if (!this.#database.open) return
    const bytes = this.#walBytes()
    if (bytes > WAL_BYTES_MAX) this.#database.pragma('wal_checkpoint(PASSIVE)')
    this.#bytesWrittenBack = bytes
  }

  #walBytes(): number {
    return statSync(`${this.#database.name}-wal`, { throwIfNoEntry: false })?.size ?? 0
  }
}
