// The one way to read the log: batches of entries in arrival order, and at the end a wait for the bell.

import { Bell } from '../util/index.ts'
import type { Entry } from './entry.ts'
import type { LogStore } from './log-store.ts'

/** How to read. */
export interface ReadOptions {
  /** Offset after which to start; 0 reads from the beginning. */
  after: number
  /**
   * At the end, wait for more instead of finishing. Who follows the log is told `damaged` in place of a message that a disk has
   * damaged, so that what stands behind it is not lost. To who reads it once the damage is thrown.
   *
   * @default false
   */
  live?: boolean
  /**
   * Entries in one batch, at most.
   *
   * @default 256
   */
  batchMax?: number
  /**
   * Bytes of text in one batch, at most; a longer message is a batch of its own.
   *
   * @default 1 MiB
   */
  bytesMax?: number
  /** Ends the read, also while it waits. */
  signal?: AbortSignal
}

/** Entries in one batch: a few milliseconds of work for a projection. */
const BATCH_MAX = 256

/** So that large messages do not make a batch of 16 MiB. */
const BYTES_MAX = 1024 * 1024

/** Where entries are stored. */
export type EntrySource = Pick<LogStore, 'entriesAfter' | 'readableAfter'>

/** Reads entries wherever they are stored; whoever appends them rings. */
export class LogReader {
  readonly #store: EntrySource
  readonly #bell = new Bell()
  #closed = false

  constructor(store: EntrySource) {
    this.#store = store
  }

  /** Something was appended. */
  ring(): void {
    this.#bell.ring()
  }

  /** Resolves at the next append, when the log closes, or when the signal aborts. */
  rung(signal?: AbortSignal): Promise<void> {
    return this.#bell.next(signal)
  }

  /** Ends live reads. Safe to call twice. */
  close(): void {
    this.#closed = true
    this.#bell.ring()
  }

  async *read(options: ReadOptions): AsyncGenerator<Entry[]> {
    const { after, live = false, batchMax = BATCH_MAX, bytesMax = BYTES_MAX, signal } = options
    let cursor = after
    while (!this.#closed && !signal?.aborted) {
      const entries = live
        ? this.#store.readableAfter(cursor, batchMax, bytesMax)
        : this.#store.entriesAfter(cursor, batchMax, bytesMax)
      const last = entries.at(-1)
      if (last !== undefined) {
        cursor = last.offset
        yield entries
      } else if (live) {
        // No await stands between the empty fetch and this line: an append cannot ring unheard.
        await this.#bell.next(signal)
      } else {
        return
      }
    }
  }
}
