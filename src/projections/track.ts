// Projections that stand at one place in the log and go on together: one reading of it and one commit for all of them.

import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import {
  BATCH_BYTES_MAX,
  BATCH_ENTRIES_MAX,
  FRESH_LAG_MAX,
  GATHER_MS,
  LONG_SLICE_MS_MAX,
  NEAR_END_ENTRIES,
  RETRY_MS_FIRST,
  RETRY_MS_MAX,
  SLICE_MS_MAX,
  STREAM_ENTRIES_MAX,
  STREAM_GATHER_MS,
} from './constants.ts'
import { isRefusal } from './refusal.ts'
import type { Entry, Log } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { CursorStore, Progress } from './projection.ts'
import type { RunningProjection } from './running-projection.ts'

/** What a track works with. */
export interface TrackComponents {
  log: Pick<Log, 'read'>
  cursors: CursorStore
  logger: Logger
}

/** Those who wait for what a track folds. */
export interface TrackWaiters {
  /** Whether anybody does. */
  areThere(): boolean
  /** Called after each slice, when the projections have moved. */
  release(): void
}

/** Runs some projections through the log. One that throws stops alone; when the database refuses, all wait and try again. */
export class Track {
  readonly #components: TrackComponents
  readonly #projections: readonly RunningProjection[]
  readonly #waiters: TrackWaiters
  /** Ends the gathering under way. */
  #hurry: () => void = () => {}
  #refusal: string | undefined
  #retryMs = RETRY_MS_FIRST
  #working: Promise<void> | undefined

  constructor(components: TrackComponents, projections: readonly RunningProjection[], waiters: TrackWaiters) {
    this.#components = components
    this.#projections = projections
    this.#waiters = waiters
  }

  /** Why it waits, in a sentence; undefined while it goes on. */
  get refusal(): string | undefined {
    return this.#refusal
  }

  has(projection: RunningProjection): boolean {
    return this.#projections.includes(projection)
  }

  /** Somebody waits from now on: what gathers is folded at once. */
  hurry(): void {
    this.#hurry()
  }

  /** Ends when the signal aborts, the log closes, or no projection is left. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#follow(signal)
        break
      } catch (error) {
        await this.#waitAfter(error, signal)
      }
    }
    await this.#working
  }

  async #follow(signal: AbortSignal): Promise<void> {
    if (this.#running.length === 0) return
    const after = Math.min(...this.#running.map(({ offset }) => offset))
    const batches = { batchMax: BATCH_ENTRIES_MAX, bytesMax: BATCH_BYTES_MAX }
    const entries = this.#components.log.read({ after, live: true, ...batches, signal })
    this.#workOff(signal)
    for await (const batch of entries) {
      await this.#foldBatch(batch, signal)
      this.#workOff(signal)
      if (this.#running.length === 0) return
      if (batch.length < NEAR_END_ENTRIES) await this.#gather(GATHER_MS, signal)
      else if (batch.length < STREAM_ENTRIES_MAX) await this.#gather(STREAM_GATHER_MS, signal)
    }
  }

  /** At the end of the log: lets what comes next gather for a moment, unless somebody waits for it. */
  async #gather(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#waiters.areThere()) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#hurry = resolve
    signal.addEventListener('abort', this.#hurry, { once: true })
    await promise
    clearTimeout(timer)
    signal.removeEventListener('abort', this.#hurry)
  }

  async #foldBatch(entries: readonly Entry[], signal: AbortSignal): Promise<void> {
    const end = entries.at(-1)?.offset ?? 0
    while (!signal.aborted && this.#running.some(({ offset }) => offset < end)) {
      this.#foldSlice(entries, end)
      this.#waiters.release()
      await nextTurn()
    }
  }

  /** What was put off is done a step at a time, in turn with the slices of what comes. */
  #workOff(signal: AbortSignal): void {
    this.#working ??= this.#work(signal).finally(() => {
      this.#working = undefined
    })
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (const projection of this.#running.filter(({ putsOff }) => putsOff)) {
      while (!signal.aborted && this.#workStep(projection) === 'more') {
        this.#waiters.release()
        await nextTurn()
      }
    }
  }

  /** When the database refuses it is tried again behind what comes next. */
  #workStep(projection: RunningProjection): Progress {
    try {
      return this.#components.cursors.transact(() => projection.work())
    } catch (error) {
      if (!isRefusal(error)) projection.stop(error)
      return 'done'
    }
  }

  #foldSlice(entries: readonly Entry[], end: number): void {
    const behind = this.#running.filter(({ offset }) => offset < end)
    try {
      this.#foldTogether(behind, entries)
    } catch (error) {
      if (isRefusal(error)) throw error
      // One of them threw, and the work of all was undone: each does it again alone, so that only that one stops.
      for (const projection of behind) this.#foldAlone(projection, entries)
    }
    this.#refusal = undefined
    this.#retryMs = RETRY_MS_FIRST
  }

  /**
   * One commit for all, without a savepoint for each: inside savepoints SQLite writes three times as slowly. The one furthest behind
   * goes first, so that in a large batch each has whole slices in turn.
   */
  #foldTogether(projections: readonly RunningProjection[], entries: readonly Entry[]): void {
    const inTurn = projections.toSorted((left, right) => left.offset - right.offset)
    const offsets = this.#components.cursors.transact(() => foldUntilDeadline(inTurn, entries))
    for (const [index, offset] of offsets.entries()) inTurn[index]?.reached(offset)
  }

  #foldAlone(projection: RunningProjection, entries: readonly Entry[]): void {
    try {
      this.#foldTogether([projection], entries)
    } catch (error) {
      if (isRefusal(error)) throw error
      projection.stop(error)
    }
  }

  async #waitAfter(error: unknown, signal: AbortSignal): Promise<void> {
    this.#refusal = error instanceof Error ? error.message : String(error)
    this.#components.logger.warn({ err: error, retryMs: this.#retryMs }, 'projections wait for the database')
    try {
      await pause(this.#retryMs, undefined, { signal })
    } catch {
      // Told to stop while waiting: the loop sees it.
    }
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX)
  }

  get #running(): RunningProjection[] {
    return this.#projections.filter(({ failure }) => failure === undefined)
  }
}

/** Where each of them came, for those that had a turn before the time was up. */
function foldUntilDeadline(projections: readonly RunningProjection[], entries: readonly Entry[]): number[] {
  const deadline = performance.now() + (entries.length > FRESH_LAG_MAX ? LONG_SLICE_MS_MAX : SLICE_MS_MAX)
  const offsets: number[] = []
  for (const projection of projections) {
    offsets.push(projection.fold(entries, deadline))
    if (performance.now() > deadline) break
  }
  return offsets
}
