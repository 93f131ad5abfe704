// Removes local memories from the disk once they have expired, whether or not another one is kept: they may hold what was to be forgotten then.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { EXPIRED_PER_STEP, EXPIRY_LOOKED_FOR_MS } from './constants.ts'
import type { Logger } from '../logger.ts'
import type { LocalMemoryStore } from './local-memory.ts'

/** What it works with. */
export interface ExpiringComponents {
  local: Pick<LocalMemoryStore, 'removeExpired'>
  logger: Logger
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Looks for what has expired, once started, every minute. */
export class Expiring {
  readonly #components: ExpiringComponents
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #sweeping: Promise<void> | undefined

  constructor(components: ExpiringComponents) {
    this.#components = components
  }

  /** Sweeps at once, and then again and again. */
  start(): void {
    const sweep = (): void => void this.sweep()
    this.#timer = setInterval(sweep, EXPIRY_LOOKED_FOR_MS)
    this.#timer.unref()
    sweep()
  }

  /** Ends after the step in hand. Safe to call twice. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await this.#sweeping
  }

  /** Removes all that has expired by now. Never rejects: what a store refuses, the next sweep tries again. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined
    })
    return this.#sweeping
  }

  async #sweep(): Promise<void> {
    const { local, logger, clock } = this.#components
    try {
      while (!this.#stopping.signal.aborted && local.removeExpired(clock(), EXPIRED_PER_STEP) === EXPIRED_PER_STEP)
        await nextTurn()
    } catch (error) {
      logger.warn({ err: error }, 'expired local memories are still there; they are looked for again')
    }
  }
}
