// Forgets what its author has erased, as soon as the lists know of it: protocols/content/effects.md §2.5.

import type { Logger } from '../logger.ts'
import type { Removed } from './forgetting.ts'
import type { Log } from './log.ts'
import type { HeldMessages } from './surplus.ts'

/** Who knows what is erased. projections/ does. */
export interface ErasedMessages {
  /** Offsets of messages that are erased and still held, at most `limit`; what hangs on another of them comes before it. */
  erased(limit: number): Promise<number[]>
  /** Resolves when the lists know all entries up to this offset, and when the signal aborts. */
  settled(offset: number, signal?: AbortSignal): Promise<void>
  /** Resolves when the lists have moved, and when the signal aborts. */
  moved(signal: AbortSignal): Promise<void>
}

/** What erasing works with. */
export interface ErasingComponents {
  log: Pick<Log, 'cursor' | 'forget'>
  lists: ErasedMessages
  held: Pick<HeldMessages, 'heldAt'>
  logger: Logger
}

/** Messages that are looked up and forgotten at once. */
const ERASED_PER_PAGE = 256

/** Follows the lists, once started, and erases on demand. */
export class Erasing {
  readonly #components: ErasingComponents
  readonly #stopping = new AbortController()
  #following: Promise<void> | undefined

  constructor(components: ErasingComponents) {
    this.#components = components
  }

  start(): void {
    this.#following ??= this.#follow()
  }

  /** Ends after the page in hand. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#following
  }

  /**
   * Forgets all that the lists know to be erased by what stands in the log now.
   *
   * @throws StoreError; what was forgotten by then stays forgotten
   */
  async erase(): Promise<Removed> {
    const { log, lists, held } = this.#components
    const { signal } = this.#stopping
    const total: Removed = { messages: 0, bytes: 0 }
    while (!signal.aborted) {
      // What was forgotten a moment ago is in no list then.
      await lists.settled(log.cursor().offset, signal)
      const places = await held.heldAt(await lists.erased(ERASED_PER_PAGE))
      if (places.length === 0) break
      // One by one, so that wherever a crash ends it nothing is left that hangs on what is gone: it would stand for itself.
      const lastFirst = places.toSorted((one, other) => other.sequence - one.sequence)
      const ranges = lastFirst.map(({ author, sequence }) => ({ author, from: sequence, to: sequence }))
      const removed = await log.forget(ranges, signal)
      total.messages += removed.messages
      total.bytes += removed.bytes
      if (removed.messages === 0) break
    }
    return total
  }

  async #eraseIfDue(): Promise<void> {
    const { lists, logger } = this.#components
    if ((await lists.erased(1)).length === 0) return
    const removed = await this.erase()
    if (removed.messages > 0) logger.info({ ...removed }, 'messages erased')
  }

  async #follow(): Promise<void> {
    const { lists, logger } = this.#components
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const moved = lists.moved(signal)
      try {
        await this.#eraseIfDue()
      } catch (error) {
        logger.warn({ err: error }, 'erasing ended early; it goes on when the log does')
      }
      await moved
    }
  }
}
