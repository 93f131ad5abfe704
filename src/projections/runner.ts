// Takes every projection through the log: in slices on the main thread, each a transaction that moves tables and cursors together.

import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { BATCH_ENTRIES_MAX, GATHER_MS, RETRY_MS_FIRST, RETRY_MS_MAX, SLICE_MS_MAX } from './constants.ts'
import { RunningProjection } from './running-projection.ts'
import type { Entry, Log } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { CursorStore, Projection } from './projection.ts'

/** What the runner works with. */
export interface ProjectionRunnerComponents {
  log: Pick<Log, 'read' | 'cursor'>
  cursors: CursorStore
  projections: readonly Projection[]
  logger: Logger
}

/** How far a projection has come. */
export interface ProjectionState {
  name: string
  /** All entries of the log up to this one are folded in, and on disk. */
  offset: number
  /** Entries of the log behind that. */
  lag: number
  /** Why it stopped, or why it waits for the database, in a sentence; absent while it runs. */
  error?: string
}

/** Runs projections. One that throws stops alone; when the database refuses, all wait and try again. */
export class ProjectionRunner {
  readonly #log: ProjectionRunnerComponents['log']
  readonly #cursors: CursorStore
  readonly #projections: readonly RunningProjection[]
  readonly #logger: Logger
  readonly #stopping = new AbortController()
  readonly #waiting = new Set<{ offset: number; resolve: () => void }>()
  #run: Promise<void> | undefined
  /** Ends the gathering under way. */
  #hurry: () => void = () => {}
  #hasEnded = false
  #refusal: string | undefined
  #retryMs = RETRY_MS_FIRST

  constructor({ log, cursors, projections, logger }: ProjectionRunnerComponents) {
    this.#log = log
    this.#cursors = cursors
    this.#projections = projections.map((projection) => new RunningProjection(projection, cursors))
    this.#logger = logger
  }

  /**
   * Makes tables that are missing or of another version, then follows the log.
   *
   * @throws StoreError when the database refuses
   */
  start(): void {
    if (this.#run !== undefined) return
    for (const projection of this.#projections) {
      this.#inIsolation(projection, () => this.#cursors.transact(() => projection.open()))
    }
    this.#run = this.#runOn()
  }

  /** Ends after the slice in hand. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#hurry()
    await this.#run
    this.#end()
  }

  states(): ProjectionState[] {
    const end = this.#log.cursor().offset
    return this.#projections.map(({ name, offset, failure }) => {
      const error = failure ?? this.#refusal
      return { name, offset, lag: Math.max(0, end - offset), ...(error !== undefined && { error }) }
    })
  }

  /** Resolves when every projection that runs has folded this offset, and when none runs any more. Never rejects. */
  settled(offset: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add({ offset, resolve })
      this.#hurry()
      this.#releaseSettled()
    })
  }

  async #runOn(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#follow()
        break
      } catch (error) {
        await this.#waitAfter(error)
      }
    }
    this.#end()
  }

  #end(): void {
    this.#hasEnded = true
    this.#releaseSettled()
  }

  /** Until the runner stops, the log closes, or no projection is left. */
  async #follow(): Promise<void> {
    if (this.#running.length === 0) return
    const after = Math.min(...this.#running.map(({ offset }) => offset))
    const options = { after, live: true, batchMax: BATCH_ENTRIES_MAX, signal: this.#stopping.signal }
    for await (const entries of this.#log.read(options)) {
      await this.#foldBatch(entries)
      if (this.#running.length === 0) return
      if (entries.length < BATCH_ENTRIES_MAX) await this.#gather()
    }
  }

  /** At the end of the log: lets what comes next gather for a moment, unless somebody waits for it. */
  #gather(): Promise<void> {
    if (this.#waiting.size > 0 || this.#stopping.signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS)
      this.#hurry = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #foldBatch(entries: readonly Entry[]): Promise<void> {
    const end = entries.at(-1)?.offset ?? 0
    while (!this.#stopping.signal.aborted && this.#running.some(({ offset }) => offset < end)) {
      this.#foldSlice(entries, end)
      this.#releaseSettled()
      await nextTurn()
    }
  }

  #foldSlice(entries: readonly Entry[], end: number): void {
    const behind = this.#running.filter(({ offset }) => offset < end)
    try {
      this.#foldTogether(behind, entries)
    } catch (error) {
      if (isRefusal(error)) throw error
      // One of them threw, and the work of all was undone: each does it again alone, so that only that one stops.
      for (const projection of behind) this.#inIsolation(projection, () => this.#foldTogether([projection], entries))
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
    const offsets = this.#cursors.transact(() => foldUntilDeadline(inTurn, entries))
    for (const [index, offset] of offsets.entries()) inTurn[index]?.reached(offset)
  }

  /** What the projection throws stops it alone; a refusal of the database is thrown on. */
  #inIsolation(projection: RunningProjection, work: () => void): void {
    try {
      work()
    } catch (error) {
      if (isRefusal(error)) throw error
      const { name, offset } = projection
      projection.stop(error)
      this.#logger.error({ projection: name, offset, err: error }, 'projection stopped; the others go on')
    }
  }

  async #waitAfter(error: unknown): Promise<void> {
    this.#refusal = error instanceof Error ? error.message : String(error)
    this.#logger.warn({ err: error, retryMs: this.#retryMs }, 'projections wait for the database')
    try {
      await pause(this.#retryMs, undefined, { signal: this.#stopping.signal })
    } catch {
      // Told to stop while waiting: the loop sees it.
    }
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX)
  }

  #releaseSettled(): void {
    const passed = this.#hasEnded ? Number.POSITIVE_INFINITY : Math.min(...this.#running.map(({ offset }) => offset))
    for (const waiting of this.#waiting) {
      if (waiting.offset > passed) continue
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
  }

  get #running(): RunningProjection[] {
    return this.#projections.filter(({ failure }) => failure === undefined)
  }
}

/** Where each of them came, for those that had a turn before the time was up. */
function foldUntilDeadline(projections: readonly RunningProjection[], entries: readonly Entry[]): number[] {
  const deadline = performance.now() + SLICE_MS_MAX
  const offsets: number[] = []
  for (const projection of projections) {
    offsets.push(projection.fold(entries, deadline))
    if (performance.now() > deadline) break
  }
  return offsets
}

/** What a full, slow or lost disk says. Everything else that is thrown while a projection works comes from its own statements. */
const REFUSAL = /^SQLITE_(FULL|IOERR|NOMEM|BUSY|LOCKED|READONLY|CANTOPEN)/

function isRefusal(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } }
  return REFUSAL.test(String(cause?.code))
}
