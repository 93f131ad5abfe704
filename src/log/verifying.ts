// Checking the signatures of what peers send: one at once, a few on the thread pool of Node, many in a thread of our own, which needs half the time.

import { isSigned, packSignatures, verifySignature } from '../feed/index.ts'
import type { Worker } from 'node:worker_threads'
import type { SealedMessage } from '../feed/index.ts'
import type { Logger } from '../logger.ts'

/** Says whose signatures are right. */
export interface Verifying {
  /** For each message, in order, whether its signature is its author's. */
  verify(messages: readonly SealedMessage[]): Promise<boolean[]>
}

/** On the thread pool, one call each. One alone, as it comes live, is not worth the way there: it takes a tenth of a millisecond. */
export const verifyingOnThePool: Verifying = {
  verify: (messages) =>
    messages.length === 1 ? Promise.resolve(messages.map(isSigned)) : Promise.all(messages.map(verifySignature)),
}

/** Fewer at once are checked on the thread pool: live messages start no thread. */
const BATCH_MIN = 16

/** A thread that nobody needs is ended: it holds some megabytes. */
const IDLE_MS = 10_000

/** After one died no other is started for so long: what ended it would most likely end that one too, and each costs a tenth of a second. */
const REST_MS = 60_000

/** To a thread. */
export interface PackedSignatures {
  id: number
  /** As `packSignatures` makes them. */
  packed: Uint8Array
}

/** From a thread. */
export interface CheckedSignatures {
  id: number
  /** As `checkPacked` answers. */
  valid: Uint8Array
}

interface Thread {
  worker: Worker
  /** Those who wait for it, by the id of what they asked; with undefined they are told that it ended. */
  waiting: Map<number, (valid: Uint8Array | undefined) => void>
}

/** What it works with. */
export interface WorkerVerifyingComponents {
  /** Starts a thread that answers {@link PackedSignatures}. */
  startWorker: () => Worker
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
}

/** {@link Verifying} by a worker, which is there while there is much to check. One checks as many as the main thread can take in. */
export class WorkerVerifying implements Verifying {
  readonly #components: WorkerVerifyingComponents
  #thread: Thread | undefined
  #lastId = 0
  #idle: NodeJS.Timeout | undefined
  #restUntil = 0
  #isClosed = false

  constructor(components: WorkerVerifyingComponents) {
    this.#components = components
  }

  async verify(messages: readonly SealedMessage[]): Promise<boolean[]> {
    const thread = messages.length < BATCH_MIN ? undefined : this.#running()
    const valid = thread && (await this.#ask(thread, messages))
    // A thread that died takes nothing along.
    return valid === undefined ? verifyingOnThePool.verify(messages) : Array.from(valid, (answer) => answer === 1)
  }

  /** Ends the thread. What is under way, and what comes later, is checked on the pool. Safe to call twice. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#end()
  }

  #running(): Thread | undefined {
    const { clock } = this.#components
    if (this.#isClosed || clock() < this.#restUntil) return undefined
    try {
      this.#thread ??= this.#start()
    } catch (error) {
      this.#lost(error)
    }
    return this.#thread
  }

  #ask({ worker, waiting }: Thread, messages: readonly SealedMessage[]): Promise<Uint8Array | undefined> {
    clearTimeout(this.#idle)
    const id = ++this.#lastId
    const packed = packSignatures(messages)
    return new Promise((resolve) => {
      waiting.set(id, resolve)
      // Keeps the process alive exactly while an answer is owed.
      worker.ref()
      worker.postMessage({ id, packed } satisfies PackedSignatures, [packed.buffer])
    })
  }

  #start(): Thread {
    const worker = this.#components.startWorker()
    const thread: Thread = { worker, waiting: new Map() }
    const { waiting } = thread
    let reason: unknown = new Error('It ended by itself.')
    worker.on('message', ({ id, valid }: CheckedSignatures) => {
      waiting.get(id)?.(valid)
      waiting.delete(id)
      if (waiting.size === 0) this.#rest(thread)
    })
    worker.on('error', (error: unknown) => {
      reason = error
    })
    worker.on('exit', () => {
      if (this.#thread === thread) this.#lost(reason)
      for (const resolve of waiting.values()) resolve(undefined)
    })
    return thread
  }

  #rest({ worker }: Thread): void {
    worker.unref()
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => void this.#end(), IDLE_MS).unref()
  }

  /** The thread is not ours any more from here on: whoever asks for one gets another. */
  async #end(): Promise<void> {
    clearTimeout(this.#idle)
    const thread = this.#thread
    this.#thread = undefined
    await thread?.worker.terminate()
  }

  #lost(reason: unknown): void {
    const { clock, logger } = this.#components
    this.#thread = undefined
    this.#restUntil = clock() + REST_MS
    logger.warn(
      { err: reason, restMs: REST_MS },
      'the thread that checks signatures ended; the thread pool does its work',
    )
  }
}
