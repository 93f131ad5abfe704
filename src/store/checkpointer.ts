// Writes the WAL back into the database file beside the main thread: its flushes take a tenth of a second on a busy disk, and a commit
// that had to wait for them would hold everybody up.

import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { WAL_BYTES_KEPT } from './database.ts'
import { workerModule } from './worker-module.ts'
import type { Logger } from '../logger.ts'
import type { WriteBack } from './checkpoint-worker.ts'
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

/** Looks that are passed over after a worker died, then twice as many each time: starting one costs as much as many passes. */
const LOOKS_PASSED_MAX = 64

/** What it works with. */
export interface CheckpointerComponents {
  logger: Pick<Logger, 'info' | 'warn'>
  /**
   * Starts a thread that runs `checkpoint-worker.ts` on the database of this path.
   *
   * @default a Worker
   */
  startWorker?: (path: string) => Worker
}

/** Keeps the WAL of one database short while it is open. Whatever keeps it from that is told, and tried again. */
export class Checkpointer {
  readonly #database: Connection
  readonly #logger: CheckpointerComponents['logger']
  readonly #startWorker: (path: string) => Worker
  readonly #timer: NodeJS.Timeout
  #worker: Worker | undefined
  #isClosed = false
  #isBusy = false
  #passes = 0
  /** Size of the WAL before the pass under way: what was added since is not in it. */
  #bytesSeen = 0
  /** While those wait who can; undefined when nobody must. */
  #hold: { ended: Promise<void>; end: () => void } | undefined
  /** Size of the WAL when all of it had been written back; as long as it stays so, nothing was added. */
  #bytesWrittenBack = 0
  #failure: string | undefined
  #failures = 0
  #looksToPass = 0

  /** @param database - the writer's connection, on disk */
  constructor(database: Connection, { logger, startWorker = startCheckpointWorker }: CheckpointerComponents) {
    this.#database = database
    this.#logger = logger
    this.#startWorker = startWorker
    this.#timer = setInterval(() => this.#look(), LOOK_MS)
    this.#timer.unref()
  }

  /** What keeps the WAL from being written back beside the main thread; undefined while nothing does. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** Resolves when what can wait may be written. */
  async calm(): Promise<void> {
    await this.#hold?.ended
  }

  /** To be called before the database is closed. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#timer)
    await this.#worker?.terminate()
  }

  /** Called by the event loop: what it threw would end the process. */
  #look(): void {
    if (this.#looksToPass > 0) this.#looksToPass--
    else if (!this.#isBusy) this.#begin()
  }

  #begin(): void {
    try {
      const bytes = this.#walBytes()
      this.#passes = 0
      if (bytes <= WAL_BYTES_KEPT) this.#recovered()
      else if (bytes !== this.#bytesWrittenBack) this.#pass()
    } catch (error) {
      this.#failed(error)
    }
  }

  #pass(): void {
    this.#isBusy = true
    this.#passes++
    this.#bytesSeen = this.#walBytes()
    this.#worker ??= this.#newWorker()
    this.#worker.postMessage('write back')
  }

  #newWorker(): Worker {
    const worker = this.#startWorker(this.#database.name)
    let died: unknown = new Error('the thread that writes back ended')
    worker.on('message', (done: WriteBack) => this.#passed(done))
    // It has nothing to lose: what is not written back is tried again, or read from the WAL at the next start.
    worker.on('error', (error) => {
      died = error
    })
    worker.on('exit', () => {
      this.#worker = undefined
      this.#failed(died)
    })
    worker.unref()
    return worker
  }

  #passed(done: WriteBack): void {
    try {
      if ('error' in done) throw new Error(done.error)
      this.#goOn(done.wroteAll)
    } catch (error) {
      this.#failed(error)
    }
  }

  #goOn(wroteAll: boolean): void {
    this.#recovered()
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

  /** Looks pass until it is tried again; a WAL that became long meanwhile is written back here, for it would fill the disk. */
  #failed(error: unknown): void {
    this.#rest()
    if (this.#isClosed) return
    const failure = error instanceof Error ? error.message : String(error)
    if (failure !== this.#failure) this.#logger.warn({ err: error, path: this.#database.name }, FAILED)
    this.#failure = failure
    this.#looksToPass = Math.min(LOOKS_PASSED_MAX, 2 ** this.#failures++)
    if (this.#bytesSeen > WAL_BYTES_MAX) this.#writeBackHere()
  }

  #recovered(): void {
    if (this.#failure !== undefined) this.#logger.info({ path: this.#database.name }, 'the WAL is written back again')
    this.#failure = undefined
    this.#failures = 0
  }

  /** Thrown into the event loop, what a full disk answers would end the process; there, the next commit says so to whom it concerns. */
  #writeBackHere(): void {
    try {
      if (this.#database.open) this.#database.pragma('wal_checkpoint(PASSIVE)')
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

const FAILED = 'the WAL cannot be written back and grows; this is tried again'

function startCheckpointWorker(path: string): Worker {
  return new Worker(workerModule('checkpoint-worker'), { workerData: path })
}

function hold(): { ended: Promise<void>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { ended: promise, end: resolve }
}
