// Sweeps: now and then what has expired is forgotten.

import type { Logger } from '../logger.ts'
import type { Removed } from './forgetting.ts'
import type { Log } from './log.ts'

/** What retention works with. */
export interface RetentionComponents {
  log: Pick<Log, 'forget' | 'expired'>
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
}

/** How often to sweep. */
export interface RetentionInit {
  intervalMs: number
}

/** What one sweep did. */
export interface Sweep {
  /** Milliseconds since 1970. */
  at: number
  tookMs: number
  /** Messages removed because they had expired. */
  expired: number
  /** Of signed text, over all that was removed. */
  bytes: number
}

/** Expired messages that are looked up at once, on the main thread: about a millisecond. */
const EXPIRED_PER_PAGE = 256

/** Sweeps by itself, once started, and on demand. One sweep at a time. */
export class Retention {
  readonly #components: RetentionComponents
  readonly #init: RetentionInit
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #sweeping: Promise<Sweep> | undefined
  #last: Sweep | undefined

  constructor(components: RetentionComponents, init: RetentionInit) {
    this.#components = components
    this.#init = init
  }

  /** What the last sweep of this process did. */
  get lastSweep(): Sweep | undefined {
    return this.#last
  }

  /** Sweeps at once, and then again and again. */
  start(): void {
    const sweep = (): void => void this.sweep().catch((error: unknown) => this.#failed(error))
    this.#timer = setInterval(sweep, this.#init.intervalMs)
    this.#timer.unref()
    sweep()
  }

  /** Ends after the slice in hand. Safe to call twice. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#sweeping?.catch(() => {})
  }

  /**
   * Forgets what is due now. Whoever asks while a sweep is under way waits for that one.
   *
   * @throws StoreError; what was forgotten by then stays forgotten
   */
  sweep(): Promise<Sweep> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  async #sweep(): Promise<Sweep> {
    const { clock, logger } = this.#components
    const [at, begun] = [clock(), performance.now()]
    const expired = await this.#forgetExpired()
    const { messages, bytes } = expired
    this.#last = { at, tookMs: Math.round(performance.now() - begun), expired: messages, bytes }
    if (messages > 0) logger.info({ ...this.#last }, 'messages forgotten')
    return this.#last
  }

  async #forgetExpired(): Promise<Removed> {
    const { log } = this.#components
    const total: Removed = { messages: 0, bytes: 0 }
    for (let due = log.expired(EXPIRED_PER_PAGE); due.length > 0; due = log.expired(EXPIRED_PER_PAGE)) {
      const { messages, bytes } = await log.forget(due, this.#stopping.signal)
      if (messages === 0) break
      total.messages += messages
      total.bytes += bytes
    }
    return total
  }

  #failed(error: unknown): void {
    this.#components.logger.warn({ err: error }, 'a sweep ended early; the next one goes on')
  }
}
