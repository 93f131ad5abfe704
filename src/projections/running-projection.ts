// One projection on its way through the log: where it stands, how it takes a slice of it, and why it stopped if it did.

import type { Entry, MessageEntry } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { CursorStore, Progress, Projection } from './projection.ts'

/** A projection with its cursor. */
export class RunningProjection {
  readonly #projection: Projection
  readonly #cursors: CursorStore
  readonly #logger: Logger
  #offset = 0
  #failure: string | undefined
  /** By offset, ahead of it: what is whole again, and may have been read damaged already. */
  readonly #mended = new Map<number, MessageEntry>()

  constructor(projection: Projection, cursors: CursorStore, logger: Logger) {
    this.#projection = projection
    this.#cursors = cursors
    this.#logger = logger
  }

  get name(): string {
    return this.#projection.name
  }

  /** All entries up to this one are folded in, and on disk. */
  get offset(): number {
    return this.#offset
  }

  /** Why it stopped, in a sentence; undefined while it runs. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** Finds its place; without a cursor of its version it makes the tables anew and begins at the first entry. In a transaction. */
  open(): void {
    const { name, version } = this.#projection
    const known = this.#cursors.cursor(name)
    if (known?.version === version) {
      this.#offset = known.offset
    } else {
      this.#projection.reset()
      this.#cursors.setCursor(name, version, 0)
      this.#cursors.forgetPassedOver(name)
    }
  }

  /**
   * Folds what is new to it, until a moment on the clock of `performance.now()` but at least one step, and moves its cursor. In a
   * transaction: {@link reached} takes the answer once that is committed.
   */
  fold(entries: readonly Entry[], deadline: number): number {
    const { name, version } = this.#projection
    const offset = this.#foldUntil(entries, deadline)
    this.#projection.settle?.()
    this.#cursors.setCursor(name, version, offset)
    return offset
  }

  /** Damaged messages that it has passed over, by offset: to be folded when they are whole. */
  get passedOver(): number[] {
    return this.#cursors.passedOver(this.name)
  }

  /** Folds a message that was damaged: at once where it has passed it, or folded it before, else when it comes there. In a transaction. */
  foldAgain(message: MessageEntry): void {
    if (this.#failure !== undefined) return
    if (message.offset > this.#offset) return void this.#mended.set(message.offset, message)
    this.#foldOne(message, Number.POSITIVE_INFINITY)
    this.#projection.settle?.()
    this.#cursors.forgetPassedOver(this.name, message.offset)
  }

  /** Whether it ever puts anything off. */
  get putsOff(): boolean {
    return this.#projection.work !== undefined
  }

  /** Does a part of what it put off. In a transaction. */
  work(): Progress {
    return this.#projection.work?.() ?? 'done'
  }

  reached(offset: number): void {
    this.#offset = offset
    for (const mended of this.#mended.keys()) if (mended <= offset) this.#mended.delete(mended)
  }

  /** Stands still from now on, because of what it threw. */
  stop(error: unknown): void {
    this.#failure = error instanceof Error ? error.message : String(error)
    this.#logger.error({ projection: this.name, offset: this.#offset, err: error }, 'projection stopped; others go on')
  }

  #foldUntil(entries: readonly Entry[], deadline: number): number {
    let reached = this.#offset
    for (const entry of entries) {
      if (entry.offset <= reached) continue
      if (!this.#foldOne(this.#mended.get(entry.offset) ?? entry, deadline)) break
      reached = entry.offset
      if (performance.now() > deadline) break
    }
    return reached
  }

  /** Whether the entry is folded in whole. A message without effect is evidence, and passed over; a damaged one is folded when it is whole again. */
  #foldOne(entry: Entry, deadline: number): boolean {
    if (entry.kind === 'damaged') this.#cursors.passOver(this.name, entry.offset)
    if (entry.kind === 'damaged' || (entry.kind === 'message' && !entry.inEffect)) return true
    while (this.#projection.apply(entry) === 'more') if (performance.now() > deadline) return false
    return true
  }
}
