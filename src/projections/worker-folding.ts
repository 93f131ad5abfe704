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
  readonly #waiting = new Map<number, { offset: number; resolve: () => void }>()
  #worker: Worker | undefined
  #hasExited = Promise.resolve()
  #states: readonly FoldState[] = []
  #failure: string | undefined
  #nextId = 0

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
    this.#order({ type: 'stop' })
    await this.#hasExited
    this.#releaseAll()
  }

  settled(offset: number): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.resolve()
    const id = this.#nextId++
    return new Promise((resolve) => {
      this.#waiting.set(id, { offset, resolve })
      this.#order({ type: 'settle', id, offset })
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
    for (const [id, { offset }] of this.#waiting) this.#order({ type: 'settle', id, offset })
    return promise
  }

  #heard(report: Exclude<FoldReport, { type: 'started' }>): void {
    switch (report.type) {
      case 'moved':
        this.#states = report.states
        this.#failure = undefined
        return
      case 'settled':
        this.#waiting.get(report.id)?.resolve()
        this.#waiting.delete(report.id)
        return
      case 'said':
        this.#components.logger[report.level](report.facts, report.message)
    }
  }

  async #tellOfAppends(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#components.log.appended(signal)
      this.#order({ type: 'appended' })
    }
  }

  #order(order: FoldOrder): void {
    this.#worker?.postMessage(order)
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

  #releaseAll(): void {
    for (const { resolve } of this.#waiting.values()) resolve()
    this.#waiting.clear()
  }
}
