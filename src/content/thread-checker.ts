// Schemas that were registered on this node may be careless: a pattern that backtracks, a reference that goes round, a thousand branches. They
// run in a thread of their own, for a bounded time: what takes longer ends with its thread, and nobody else has waited.

import { SCHEMA_CHECK_MS_MAX } from './constants.ts'
import type { Worker } from 'node:worker_threads'
import type { CheckAnswer, CheckOrder, CheckReport } from './check-orders.ts'

/** What it works with. */
export interface ThreadCheckerInit {
  /** Starts a thread that runs {@link checkOnOrders}, with bounded memory. */
  startWorker: () => Worker
  /** @default SCHEMA_CHECK_MS_MAX */
  timeoutMs?: number
}

interface Waiting {
  order: CheckOrder
  resolve: (answer: CheckAnswer | undefined) => void
}

/** Does one check after the other. Its thread starts with the first. */
export class ThreadChecker {
  readonly #startWorker: () => Worker
  readonly #timeoutMs: number
  readonly #waiting: Waiting[] = []
  #inHand: Waiting | undefined
  #worker: Worker | undefined
  #isReady = false
  #timer: NodeJS.Timeout | undefined

  constructor({ startWorker, timeoutMs = SCHEMA_CHECK_MS_MAX }: ThreadCheckerInit) {
    this.#startWorker = startWorker
    this.#timeoutMs = timeoutMs
  }

  /** What came of an order; undefined when it took too long, or more memory than there is for it. */
  run(order: CheckOrder): Promise<CheckAnswer | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push({ order, resolve })
      this.#next()
    })
  }

  /** Ends the thread; what waits for it is answered undefined. Safe to call twice. */
  async close(): Promise<void> {
    for (const { resolve } of this.#waiting.splice(0)) resolve(undefined)
    await this.#worker?.terminate()
  }

  #next(): void {
    if (this.#inHand !== undefined || this.#waiting.length === 0) return
    this.#worker ??= this.#begin()
    const worker = this.#worker
    if (!this.#isReady) return
    this.#inHand = this.#waiting.shift()
    worker.postMessage(this.#inHand?.order)
    this.#timer = setTimeout(() => this.#giveUp(worker), this.#timeoutMs)
  }

  #begin(): Worker {
    const worker = this.#startWorker()
    worker.on('message', (report: CheckReport) => this.#heard(worker, report))
    // What ended it is told by what it owes.
    worker.on('error', () => {})
    worker.on('exit', () => this.#ended(worker))
    worker.unref()
    return worker
  }

  #heard(worker: Worker, report: CheckReport): void {
    // One that was given up has nothing more to say.
    if (worker !== this.#worker) return
    if (report === 'ready') this.#isReady = true
    else this.#settle(report)
    this.#next()
  }

  #settle(answer: CheckAnswer | undefined): void {
    clearTimeout(this.#timer)
    this.#inHand?.resolve(answer)
    this.#inHand = undefined
  }

  #giveUp(worker: Worker): void {
    this.#ended(worker)
    void worker.terminate()
  }

  /** One that ended before it was ready would end again: what waits is not left waiting. */
  #ended(worker: Worker): void {
    if (worker !== this.#worker) return
    const wasReady = this.#isReady
    this.#worker = undefined
    this.#isReady = false
    this.#settle(undefined)
    if (!wasReady) for (const { resolve } of this.#waiting.splice(0)) resolve(undefined)
    this.#next()
  }
}
