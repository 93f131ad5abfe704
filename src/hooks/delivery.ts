// One message to one target: attempt after attempt, further and further apart, until it is taken or given up.

import { setTimeout as sleep } from 'node:timers/promises'
import { RETRY_DELAY_MS_MAX } from './constants.ts'
import type { MessageEntry } from '../log/index.ts'
import type { Call, Failure, Outcome } from './attempt.ts'
import type { HookInit } from './hook.ts'

/** How a message ended. `withdrawn`: between two attempts it expired, or its author was blocked. */
export type Ended =
  | { kind: 'delivered' | 'withdrawn' | 'interrupted' }
  | { kind: 'dead'; attempts: number; failure: Failure }

/** What a delivery works with. */
export interface DeliveryComponents {
  call: Call
  /** The JSON of a message. */
  textOf: (entry: MessageEntry) => string
  isShown: (entry: MessageEntry) => boolean
  onFailure: (failure: Failure) => void
  /** Milliseconds since 1970. */
  clock: () => number
  /** 0 to 1. */
  random: () => number
}

/** Delivers the messages of one hook. */
export class Delivery {
  readonly #hook: Pick<HookInit, 'retriesMax' | 'retryDelayMs'>
  readonly #components: DeliveryComponents
  /** A receiver that asked for time gets it from all messages of the hook. */
  #quietUntil = 0

  constructor(components: DeliveryComponents, hook: Pick<HookInit, 'retriesMax' | 'retryDelayMs'>) {
    this.#components = components
    this.#hook = hook
  }

  /** When the receiver wants to hear again, in milliseconds since 1970; undefined when at any time. */
  get quietUntil(): number | undefined {
    return this.#quietUntil > this.#components.clock() ? this.#quietUntil : undefined
  }

  async deliver(entry: MessageEntry, signal: AbortSignal): Promise<Ended> {
    const { isShown, onFailure } = this.#components
    for (let attempt = 1; ; attempt++) {
      if (!(await this.#quiet(signal))) return { kind: 'interrupted' }
      if (!isShown(entry)) return { kind: 'withdrawn' }
      const outcome = await this.#call(entry, attempt, signal)
      if (outcome.kind !== 'failed') return outcome
      onFailure(outcome)
      this.#keepQuiet(outcome)
      if (attempt > this.#hook.retriesMax) return { kind: 'dead', attempts: attempt, failure: outcome }
      if (!(await waited(this.#delayBehind(attempt), signal))) return { kind: 'interrupted' }
    }
  }

  /** What goes wrong on our side (the machine has no files or processes left) is a failed attempt as well: nobody waits for an error here. */
  async #call(entry: MessageEntry, attempt: number, signal: AbortSignal): Promise<Outcome> {
    const { call, textOf } = this.#components
    try {
      return await call({ entry, text: textOf(entry), attempt }, signal)
    } catch (error) {
      return { kind: 'failed', reason: `It could not be called (${reasonIn(error)}).`, output: '' }
    }
  }

  async #quiet(signal: AbortSignal): Promise<boolean> {
    const { clock } = this.#components
    for (let now = clock(); now < this.#quietUntil; now = clock()) {
      if (!(await waited(this.#quietUntil - now, signal))) return false
    }
    return !signal.aborted
  }

  #keepQuiet({ retryAfterMs = 0 }: Failure): void {
    const until = this.#components.clock() + Math.min(retryAfterMs, RETRY_DELAY_MS_MAX)
    this.#quietUntil = Math.max(this.#quietUntil, until)
  }

  /** Doubled each time, and spread, so that messages that failed together do not come back together. */
  #delayBehind(attempt: number): number {
    const doubled = Math.min(this.#hook.retryDelayMs * 2 ** (attempt - 1), RETRY_DELAY_MS_MAX)
    return doubled * (1 + this.#components.random() / 4)
  }
}

/** The code where there is one: words of an error may hold what is secret. */
function reasonIn(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown } // As: members of anything but null and undefined may be asked for.
  return String(code ?? name ?? 'unknown error')
}

/** False when the signal aborted first. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {})
  return !signal.aborted
}
