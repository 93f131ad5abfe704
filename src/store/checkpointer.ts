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
 * Above this size peers' messages wait until it has: a tenth of a second or two for each ten thousand of them.
 */
const WAL_BYTES_MAX = 8 * WAL_BYTES_KEPT

/** What we publish does not wait, and may keep the worker from the end so often: then the main thread does the little that is left. */
const PASSES_MAX = 12

/** Keeps the WAL of one database short while it is open. */
export class Checkpointer {
  readonly #database: Connection
  readonly #timer: NodeJS.Timeout
  #worker: Worker | undefined
  #isBusy = false
  #passes = 0
  /** Size of the WAL before the pass under way: what was added since is not in it. */
  #bytesSeen = 0
  /** While those wait who can; undefined when nobody must. */
  #hold: { ended: Promise<void>; end: () => void } | undefined
  /** Size of the WAL when all of it had been written back; as long as it stays so, nothing was added. */
  #bytesWrittenBack = 0

  /** @param database - the writer's connection, on disk */
  constructor(database: Connection) {
    this.#database = database
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
    this.#timer.unref()
  }

  /** Resolves when what can wait may be written. */
  async calm(): Promise<void> {
    await this.#hold?.ended
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
    this.#passes = 0
    this.#pass()
  }

  #pass(): void {
    this.#passes++
    this.#bytesSeen = this.#walBytes()
    this.#worker ??= this.#startWorker()
    this.#worker.postMessage('write back')
  }

  #startWorker(): Worker {
    const worker = new Worker(siblingModule('checkpoint-worker'), { workerData: this.#database.name })
    worker.on('message', (wroteAll: boolean) => this.#passed(wroteAll))
    // It has nothing to lose: what is not written back is tried again, or read from the WAL at the next start.
    worker.on('error', () => {})
    worker.on('exit', () => {
      this.#worker = undefined
      this.#rest()
    })
    worker.unref()
    return worker
  }

  #passed(wroteAll: boolean): void {
    const bytes = this.#walBytes()
    const isAtTheEnd = wroteAll && bytes === this.#bytesSeen
    const isShort = isAtTheEnd || bytes <= WAL_BYTES_MAX || !this.#database.open
    if (!isShort && this.#passes < PASSES_MAX) {
      this.#hold ??= hold()
      this.#pass()
      return
    }
    if (!isShort) this.#writeBackHere()
    if (isAtTheEnd) this.#bytesWrittenBack = bytes
    this.#rest()
  }

  /** Thrown into the event loop, what a full disk answers would end the process; there, the next commit says so to whom it concerns. */
  #writeBackHere(): void {
    try {
      this.#database.pragma('wal_checkpoint(PASSIVE)')
    } catch {
      // The WAL stays as it is, and is looked at again.
    }
  }

  #rest(): void {
    this.#isBusy = false
    this.#hold?.end()
    this.#hold = undefined
  }

  #walBytes(): number {
    return statSync(`${this.#database.name}-wal`, { throwIfNoEntry: false })?.size ?? 0
  }
}

function hold(): { ended: Promise<void>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { ended: promise, end: resolve }
}
