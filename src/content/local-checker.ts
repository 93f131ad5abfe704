// Schemas that were registered on this node may be careless: a pattern that backtracks, a reference that goes round, a thousand branches. They
// run in a process of their own, for a bounded time: what takes longer, or more memory, ends with it, and nobody else has waited. A thread
// would not do: V8 ends the whole process when a thread runs out of memory faster than it can be stopped.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { SCHEMA_CHECK_MS_MAX, SCHEMA_HEAP_MIB_MAX, SCHEMA_PROCESS_START_MS_MAX } from './constants.ts'
import type { ChildProcess } from 'node:child_process'
import type { CheckAnswer, CheckOrder, CheckReport } from './check-orders.ts'

interface Waiting {
  order: CheckOrder
  resolve: (answer: CheckAnswer | undefined) => void
}

/** Does one check after the other. Its process starts with the first. */
export class LocalChecker {
  readonly #timeoutMs: number
  readonly #waiting: Waiting[] = []
  #inHand: Waiting | undefined
  #process: ChildProcess | undefined
  #isReady = false
  #timer: NodeJS.Timeout | undefined

  constructor({ timeoutMs = SCHEMA_CHECK_MS_MAX } = {}) {
    this.#timeoutMs = timeoutMs
  }

  /** What came of an order; undefined when it took too long, or more memory than there is for it. */
  run(order: CheckOrder): Promise<CheckAnswer | undefined> {
    return new Promise((resolve) => {
      this.#waiting.push({ order, resolve })
      this.#next()
    })
  }

  /** Ends the process; what waits for it is answered undefined. Safe to call twice. */
  async close(): Promise<void> {
    this.#leaveAll()
    const running = this.#process
    if (running === undefined) return
    const ended = once(running, 'exit')
    this.#giveUp(running)
    await ended
  }

  #next(): void {
    if (this.#inHand !== undefined || this.#waiting.length === 0) return
    const running = this.#running()
    if (running === undefined) this.#leaveAll()
    if (running === undefined || !this.#isReady) return
    this.#inHand = this.#waiting.shift()
    // What cannot be told is answered when the process is found to have ended.
    if (running.connected) running.send(this.#inHand?.order ?? {}, () => {})
    this.#giveUpAfter(this.#timeoutMs, running)
  }

  #giveUpAfter(ms: number, running: ChildProcess): void {
    this.#timer = setTimeout(() => this.#giveUp(running), ms)
  }

  /** Undefined when the machine has no memory left for another process. */
  #running(): ChildProcess | undefined {
    try {
      this.#process ??= this.#begin()
    } catch {
      // What waits is answered as what could not be checked.
    }
    return this.#process
  }

  #begin(): ChildProcess {
    // tsc rewrites import specifiers but not URLs, so the extension is this file's own.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const started = fork(new URL(`./local-checking.${extension}`, import.meta.url), {
      // A session of its own: what a terminal sends to the node is the node's to answer.
      detached: true,
      execArgv: [`--max-old-space-size=${SCHEMA_HEAP_MIB_MAX}`],
      // What V8 prints when it has no memory left is told to the caller in fewer words.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    started.on('message', (report: CheckReport) => this.#heard(started, report))
    // A machine without files or processes left says so instead of an exit.
    started.on('error', () => this.#ended(started))
    started.on('exit', () => this.#ended(started))
    started.unref()
    started.channel?.unref()
    this.#giveUpAfter(SCHEMA_PROCESS_START_MS_MAX, started)
    return started
  }

  #heard(from: ChildProcess, report: CheckReport): void {
    // One that was given up has nothing more to say.
    if (from !== this.#process) return
    if (report === 'ready') this.#begun()
    else this.#settle(report)
    this.#next()
  }

  #begun(): void {
    clearTimeout(this.#timer)
    this.#isReady = true
  }

  #settle(answer: CheckAnswer | undefined): void {
    clearTimeout(this.#timer)
    this.#inHand?.resolve(answer)
    this.#inHand = undefined
  }

  #giveUp(running: ChildProcess): void {
    running.kill('SIGKILL')
    this.#ended(running)
  }

  /** What waits is answered that nobody checks it. */
  #leaveAll(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve(undefined)
  }

  /** One that ended before it was ready would end again: what waits is not left waiting. */
  #ended(ended: ChildProcess): void {
    if (ended !== this.#process) return
    const wasReady = this.#isReady
    this.#process = undefined
    this.#isReady = false
    this.#settle(undefined)
    if (!wasReady) this.#leaveAll()
    this.#next()
  }
}
