// Takes every projection through the log: in slices on the main thread, each a transaction that moves tables and cursors together.

import { Bell } from '../util/index.ts'
import { isRefusal } from './refusal.ts'
import { RunningProjection } from './running-projection.ts'
import { Settling } from './settling.ts'
import { Track } from './track.ts'
import type { Log, MessageEntry } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { Folding, FoldState } from './folding.ts'
import type { CursorStore, Projection } from './projection.ts'

/** What the runner works with. */
export interface ProjectionRunnerComponents {
  log: Pick<Log, 'read'>
  cursors: CursorStore
  projections: readonly Projection[]
  logger: Logger
  /** Called after each slice, when states have changed. */
  moved?: () => void
}

/** Runs projections from where they stand, and tells how far they are. */
export class ProjectionRunner implements Folding {
  readonly #components: ProjectionRunnerComponents
  readonly #projections: readonly RunningProjection[]
  readonly #stopping = new AbortController()
  readonly #settling = new Settling()
  readonly #movedBell = new Bell()
  #tracks: readonly Track[] = []
  #run: Promise<void> | undefined
  #hasEnded = false

  constructor(components: ProjectionRunnerComponents) {
    const { projections, cursors, logger } = components
    this.#components = components
    this.#projections = projections.map((projection) => new RunningProjection(projection, cursors, logger))
  }

  /**
   * Makes tables that are missing or of another version, then follows the log.
   *
   * @throws StoreError when the database refuses
   */
  start(): void {
    if (this.#run !== undefined) return
    for (const projection of this.#projections) this.#open(projection)
    this.#settling.reached(this.settledOffset)
    this.#tracks = this.#layTracks()
    this.#run = this.#runTracks()
  }

  /** Ends after the slice in hand. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#run
    this.#end()
  }

  states(): FoldState[] {
    return this.#projections.map((projection) => {
      const { name, offset, failure } = projection
      const error = failure ?? this.#tracks.find((track) => track.has(projection))?.refusal
      return { name, offset, ...(error !== undefined && { error }) }
    })
  }

  /** What every projection that runs has folded; Infinity when none runs any more. */
  get settledOffset(): number {
    const running = this.#projections.filter(({ failure }) => failure === undefined)
    return this.#hasEnded ? Number.POSITIVE_INFINITY : Math.min(...running.map(({ offset }) => offset))
  }

  /** Resolves when every projection that runs has folded this offset, when none runs any more, and when the signal aborts. Never rejects. */
  settled(offset: number, signal?: AbortSignal): Promise<void> {
    const settled = this.#settling.until(offset, signal)
    if (this.#settling.awaited > 0) for (const track of this.#tracks) track.hurry()
    return settled
  }

  /** Damaged messages that some projection has passed over, by offset. */
  passedOver(): ReadonlySet<number> {
    return new Set(this.#projections.flatMap((projection) => projection.passedOver))
  }

  /**
   * Folds a message that was damaged when projections came by it, and is whole now. One that was folded before it was damaged leaves the same
   * rows again.
   */
  foldAgain(message: MessageEntry): void {
    for (const projection of this.#projections) this.#try(projection, () => projection.foldAgain(message))
  }

  moved(signal?: AbortSignal): Promise<void> {
    return this.#movedBell.next(signal)
  }

  #open(projection: RunningProjection): void {
    this.#try(projection, () => projection.open())
  }

  /** Something of one projection, in a transaction: whatever it throws stops it alone. */
  #try(projection: RunningProjection, work: () => void): void {
    try {
      this.#components.cursors.transact(work)
    } catch (error) {
      if (isRefusal(error)) throw error
      projection.stop(error)
    }
  }

  /** One for each place at which projections stand: one that has the whole log to replay must not hold up those that have not. */
  #layTracks(): Track[] {
    const byOffset = Map.groupBy(this.#projections, ({ offset }) => offset)
    const waiters = { areThere: () => this.#settling.awaited > 0, release: () => this.#moved() }
    return [...byOffset.values()].map((projections) => new Track(this.#components, projections, waiters))
  }

  async #runTracks(): Promise<void> {
    await Promise.all(this.#tracks.map((track) => track.run(this.#stopping.signal)))
    this.#end()
  }

  #end(): void {
    this.#hasEnded = true
    this.#moved()
  }

  #moved(): void {
    this.#settling.reached(this.settledOffset)
    this.#movedBell.ring()
    this.#components.moved?.()
  }
}
