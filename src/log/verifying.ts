// Checking the signatures of what peers send: a few on the thread pool of Node, many in a thread of our own, which needs half the time for it.

import { packSignatures, verifySignature } from '../feed/index.ts'
import type { Worker } from 'node:worker_threads'
import type { SealedMessage } from '../feed/index.ts'

/** Says whose signatures are right. */
export interface Verifying {
  /** For each message, in order, whether its signature is its author's. */
  verify(messages: readonly SealedMessage[]): Promise<boolean[]>
}

/** On the thread pool: one call each. */
export const verifyingOnThePool: Verifying = {
  verify: (messages) => Promise.all(messages.map(verifySignature)),
}

/** Fewer at once are checked on the thread pool: live messages start no thread. */
const BATCH_MIN = 16

/** A thread that nobody needs is ended: it holds some megabytes. */
const IDLE_MS = 10_000

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
}

/** {@link Verifying} by a worker, which is there while there is much to check. One checks as many as the main thread can take in. */
export class WorkerVerifying implements Verifying {
  readonly #startWorker: () => Worker
  #thread: Thread | undefined
  #lastId = 0
  #idle: NodeJS.Timeout | undefined

  constructor({ startWorker }: WorkerVerifyingComponents) {
    this.#startWorker = startWorker
  }

  async verify(messages: readonly SealedMessage[]): Promise<boolean[]> {
    if (messages.length < BATCH_MIN) return verifyingOnThePool.verify(messages)
    const valid = await this.#ask(messages)
    // A thread that died takes nothing along.
    return valid === undefined ? verifyingOnThePool.verify(messages) : Array.from(valid, (answer) => answer === 1)
  }

  /** Ends the thread. What is under way is checked on the pool. Safe to call twice. */
  async close(): Promise<void> {
    clearTimeout(this.#idle)
    await this.#thread?.worker.terminate()
  }

  #ask(messages: readonly SealedMessage[]): Promise<Uint8Array | undefined> {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref()
    this.#thread ??= this.#start()
    const { worker, waiting } = this.#thread
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
    const worker = this.#startWorker()
    const thread: Thread = { worker, waiting: new Map() }
    const { waiting } = thread
    worker.on('message', ({ id, valid }: CheckedSignatures) => {
      waiting.get(id)?.(valid)
      waiting.delete(id)
      if (waiting.size === 0) worker.unref()
    })
    // `exit` follows.
    worker.on('error', () => {})
    worker.on('exit', () => {
      if (this.#thread === thread) this.#thread = undefined
      for (const resolve of waiting.values()) resolve(undefined)
    })
    return thread
  }
}
