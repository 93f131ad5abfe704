// Between the stream and the log: frames are merged or split into batches of a few milliseconds, and a few batches are under way at once.

import { INGESTS_AT_ONCE, ITEMS_PER_INGEST } from '../constants.ts'
import type { Item } from '../../../feed/index.ts'
import type { IngestOptions, IngestResult, Log } from '../../../log/index.ts'

/** A frame of items, answered when all of them are. */
interface Waiting {
  items: readonly Item[]
  /** Items that are in a batch already. */
  begun: number
  results: IngestResult[]
  unanswered: number
  settle: (results: IngestResult[]) => void
  fail: (error: unknown) => void
}

/** Items of one frame in one batch. */
interface Part {
  frame: Waiting
  from: number
  items: readonly Item[]
}

/** The way of one peer's items into the log, in the order they came. What waits here is bounded by the peer's credit. */
export class IngestQueue {
  readonly #log: Pick<Log, 'ingest'>
  readonly #peer: string
  readonly #options: IngestOptions
  readonly #waiting: Waiting[] = []
  #underWay = 0
  /** A batch has begun in this turn. */
  #hasBegun = false

  constructor(log: Pick<Log, 'ingest'>, peer: string, options: IngestOptions = {}) {
    this.#log = log
    this.#peer = peer
    this.#options = options
  }

  /** Answers per item, in order. */
  ingest(items: readonly Item[]): Promise<IngestResult[]> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ items, begun: 0, results: [], unanswered: items.length, settle, fail })
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

  #takeBatch(): Part[] {
    const batch: Part[] = []
    for (let room = ITEMS_PER_INGEST; room > 0; ) {
      const [frame] = this.#waiting
      if (frame === undefined) break
      const from = frame.begun
      const items = frame.items.slice(from, from + room)
      batch.push({ frame, from, items })
      room -= items.length
      frame.begun += items.length
      if (frame.begun === frame.items.length) this.#waiting.shift()
    }
    return batch
  }

  async #run(batch: readonly Part[]): Promise<void> {
    try {
      const results = await this.#log.ingest(
        batch.flatMap(({ items }) => items),
        this.#peer,
        this.#options,
      )
      for (const part of batch) answer(part, results.splice(0, part.items.length))
    } catch (error) {
      for (const { frame } of batch) frame.fail(error)
    }
  }
}

/** Batches may be answered in any order. */
function answer({ frame, from }: Part, results: readonly IngestResult[]): void {
  for (const [index, result] of results.entries()) frame.results[from + index] = result
  frame.unanswered -= results.length
  if (frame.unanswered === 0) frame.settle(frame.results)
}
