// Between the stream and the log: frames are merged into batches of a transaction's size, and a few batches are under way at once.

import { INGESTS_AT_ONCE, ITEMS_PER_INGEST } from './constants.ts'
import type { Item } from '../../feed/index.ts'
import type { IngestResult, Log } from '../../log/index.ts'

interface Waiting {
  items: readonly Item[]
  settle: (results: IngestResult[]) => void
  fail: (error: unknown) => void
}

/** The way of one peer's items into the log, in the order they came. What waits here is bounded by the peer's credit. */
export class IngestQueue {
  readonly #log: Pick<Log, 'ingest'>
  readonly #peer: string
  readonly #waiting: Waiting[] = []
  #underWay = 0
  /** A batch has begun in this turn. */
  #hasBegun = false

  constructor(log: Pick<Log, 'ingest'>, peer: string) {
    this.#log = log
    this.#peer = peer
  }

  /** Answers per item, in order. */
  ingest(items: readonly Item[]): Promise<IngestResult[]> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ items, settle, fail })
      // Frames of the same chunk follow in this very turn and join the batch.
      queueMicrotask(() => this.#start())
    })
  }

  /** Reading a batch holds the event loop for some milliseconds, so one begins in each turn. */
  #start(): void {
    if (this.#underWay === INGESTS_AT_ONCE || this.#waiting.length === 0 || this.#hasBegun) return
    this.#underWay++
    this.#hasBegun = true
    setImmediate(() => {
      this.#hasBegun = false
      this.#start()
    })
    this.#run(this.#takeBatch()).finally(() => {
      this.#underWay--
      this.#start()
    })
  }

  #takeBatch(): Waiting[] {
    const batch: Waiting[] = []
    for (let count = 0; count < ITEMS_PER_INGEST; ) {
      const next = this.#waiting.shift()
      if (next === undefined) break
      batch.push(next)
      count += next.items.length
    }
    return batch
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#log.ingest(
        batch.flatMap(({ items }) => items),
        this.#peer,
      )
      for (const { items, settle } of batch) settle(results.splice(0, items.length))
    } catch (error) {
      for (const { fail } of batch) fail(error)
    }
  }
}
