// Folding in a thread of its own: told when the log has grown, it reads for itself, and tells how far it is.

import { RESTART_MS } from './constants.ts'
import type { Worker } from 'node:worker_threads'
import type { Log } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { FoldOrder, FoldReport } from './fold-messages.ts'
import type { Folding, FoldState } from './folding.ts'

/** What it works with. */
export interface WorkerFoldingComponents {
  log: Pick<Log, 'appended'>
  /** Starts a thread that runs {@link foldOnOrders}. */
  startWorker: () => Worker
  logger: Logger
}

/** {@link Folding} by a worker. One that dies is followed by another, which goes on where the tables stand. */
export class WorkerFolding implements Folding {
  readonly #components: WorkerFoldingComponents
  readonly #stopping = new AbortController()
  readonly #waiting = new Set<{ offset: number; resolve: () => void }>()
  #worker: Worker | undefined
  #hasExited = Promise.resolve()
  #states: readonly FoldState[] = []
  #settledOffset = 0
  #failure: string | undefined
  #isOrdered = false

  constructor(components: WorkerFoldingComponents) {
    this.#components = components
  }

  async start(): Promise<void> {
    if (this.#worker !== undefined) return
    await this.#begin()
    void this.#tellOfAppends()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#worker?.postMessage({ type: 'stop' } satisfies FoldOrder)
    await this.#hasExited
    this.#release(Number.POSITIVE_INFINITY)
  }

  settled(offset: number): Promise<void> {
    if (this.#stopping.signal.aborted || offset <= this.#settledOffset) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.add({ offset, resolve })
      this.#goOn()
    })
  }

  states(): FoldState[] {
    const error = this.#failure
    return this.#states.map((state) => ({ ...state, ...(error !== undefined && { error }) }))
  }

  /** Resolves when the tables can be asked; rejects when the worker ends before that. */
  #begin(): Promise<void> {
    const worker = this.#components.startWorker()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const exited = Promise.withResolvers<void>()
    let reason: Error = new Error('The thread that folds the log ended by itself.')
    this.#worker = worker
    this.#hasExited = exited.promise
    worker.on('message', (report: FoldReport) => {
      if (report.type === 'started') resolve()
      else this.#heard(report)
    })
    worker.on('error', (error: Error) => {
      reason = error
    })
    worker.on('exit', () => {
      reject(reason)
      exited.resolve()
      this.#ended(reason)
    })
    this.#goOn()
    return promise
  }

  #heard(report: Exclude<FoldReport, { type: 'started' }>): void {
    switch (report.type) {
      case 'moved':
        this.#states = report.states
        this.#failure = undefined
        this.#release(report.settled)
        return
      case 'said':
        this.#components.logger[report.level](report.facts, report.message)
    }
  }

  async #tellOfAppends(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#components.log.appended(signal)
      this.#goOn()
    }
  }

  /** One order for all that comes in one turn of the event loop: waking another thread takes longer than appending a message. */
  #goOn(): void {
    if (this.#isOrdered) return
    this.#isOrdered = true
    setImmediate(() => {
      this.#isOrdered = false
      const awaited = Math.max(0, ...[...this.#waiting].map(({ offset }) => offset))
      this.#worker?.postMessage({ type: 'go on', awaited } satisfies FoldOrder)
    })
  }

  #ended(reason: Error): void {
    this.#worker = undefined
    const { signal } = this.#stopping
    if (signal.aborted) return
    this.#failure = reason.message
    this.#components.logger.error({ err: reason, restartMs: RESTART_MS }, 'the thread that folds the log ended')
    const timer = setTimeout(() => this.#begin().catch(() => {}), RESTART_MS)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  }

  #release(settled: number): void {
    this.#settledOffset = settled
    for (const waiting of this.#waiting) {
      if (waiting.offset > settled) continue
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
  }
}
