// Folding in a thread of its own: told when the log has grown, it reads for itself, and tells how far it is.

import { setTimeout as pause } from 'node:timers/promises'
import { Bell } from '../util/index.ts'
import { GATHER_MS, RETRY_MS_FIRST, RETRY_MS_MAX, STOP_MS_MAX } from './constants.ts'
import { Settling } from './settling.ts'
import type { Worker } from 'node:worker_threads'
import type { FeedPlace, Log } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { FoldOrder, FoldReport } from './fold-messages.ts'
import type { Folding, FoldState } from './folding.ts'

/** What it works with. */
export interface WorkerFoldingComponents {
  log: Pick<Log, 'appended' | 'mending'>
  /** Told of messages that are not what was signed. */
  watch?: { notAsSigned(place: FeedPlace): void }
  /** Starts a thread that runs {@link foldOnOrders}. */
  startWorker: () => Worker
  logger: Logger
}

/** {@link Folding} by a worker. One that dies is followed by another, which goes on where the tables stand. */
export class WorkerFolding implements Folding {
  readonly #components: WorkerFoldingComponents
  readonly #stopping = new AbortController()
  readonly #settling = new Settling()
  readonly #movedBell = new Bell()
  #worker: Worker | undefined
  #hasExited = Promise.resolve()
  #states: readonly FoldState[] = []
  #failure: string | undefined
  #isOrdered = false
  #restartMs = RETRY_MS_FIRST
  #stopMending: () => void = () => {}

  constructor(components: WorkerFoldingComponents) {
    this.#components = components
  }

  async start(): Promise<void> {
    if (this.#worker !== undefined) return
    await this.#begin()
    this.#stopMending = this.#components.log.mending.listen({ mended: ({ offset }) => this.#foldAgain(offset) })
    void this.#tellOfAppends()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#stopMending()
    this.#worker?.postMessage({ type: 'stop' } satisfies FoldOrder)
    await Promise.race([this.#hasExited, pause(STOP_MS_MAX, undefined, { ref: false })])
    // One that is left behind writes nothing that is not folded again.
    void this.#worker?.terminate()
    this.#settling.reached(Number.POSITIVE_INFINITY)
    this.#movedBell.ring()
  }

  settled(offset: number, signal?: AbortSignal): Promise<void> {
    const settled = this.#settling.until(offset, signal)
    if (this.#settling.awaited > 0) this.#goOn()
    return settled
  }

  moved(signal?: AbortSignal): Promise<void> {
    return this.#movedBell.next(signal)
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
        if (this.#settling.reached(report.settled)) this.#restartMs = RETRY_MS_FIRST
        this.#states = report.states
        this.#failure = undefined
        this.#movedBell.ring()
        return
      case 'damaged':
        this.#components.watch?.notAsSigned(report.place)
        return
      case 'said':
        this.#components.logger[report.level](report.facts, report.message)
    }
  }

  #foldAgain(offset: number): void {
    this.#worker?.postMessage({ type: 'fold again', offset } satisfies FoldOrder)
  }

  async #tellOfAppends(): Promise<void> {
    const { signal } = this.#stopping
    const { log } = this.#components
    let appended = log.appended(signal)
    while (!signal.aborted) {
      await appended
      // Heard from here on, because what comes before the order is sent is read by it.
      appended = log.appended(signal)
      this.#goOn()
      // As long as the thread would let it gather: a wake for each append costs as much as signing a message.
      await pause(GATHER_MS, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  /** One order for all that comes in one turn of the event loop: waking another thread takes longer than appending a message. */
  #goOn(): void {
    if (this.#isOrdered) return
    this.#isOrdered = true
    setImmediate(() => {
      this.#isOrdered = false
      this.#worker?.postMessage({ type: 'go on', awaited: this.#settling.awaited } satisfies FoldOrder)
    })
  }

  #ended(reason: Error): void {
    this.#worker = undefined
    const { signal } = this.#stopping
    if (signal.aborted) return
    const restartMs = this.#restartMs
    this.#failure = reason.message
    this.#components.logger.error({ err: reason, restartMs }, 'the thread that folds the log ended')
    const timer = setTimeout(() => this.#beginAgain(), restartMs)
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
    this.#restartMs = Math.min(restartMs * 2, RETRY_MS_MAX)
  }

  /** A machine that has no thread left says so by throwing, here into the event loop. */
  #beginAgain(): void {
    try {
      this.#begin().catch(() => {})
    } catch (error) {
      this.#ended(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
