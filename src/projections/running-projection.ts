// One projection on its way through the log: where it stands, how it takes a slice of it, and why it stopped if it did.

import type { Entry } from '../log/index.ts'
import type { CursorStore, Projection } from './projection.ts'

/** How far a slice came, or what the projection threw. */
export type SliceOutcome = { offset: number } | { error: unknown }

/** A projection with its cursor. */
export class RunningProjection {
  readonly #projection: Projection
  readonly #cursors: CursorStore
  #offset = 0
  #failure: string | undefined

  constructor(projection: Projection, cursors: CursorStore) {
    this.#projection = projection
    this.#cursors = cursors
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

  /**
   * Finds its place; without a cursor of its version it makes the tables anew and begins at the first entry.
   *
   * @throws the refusal of the database, which is not the projection's fault
   */
  open(): SliceOutcome {
    const { name, version } = this.#projection
    const known = this.#cursors.cursor(name)
    const isCurrent = known !== undefined && known.version === version
    const outcome = isCurrent ? { offset: known.offset } : this.#attempt(() => this.#reset())
    this.settle(outcome)
    return outcome
  }

  /**
   * Folds what is new to it, until a moment on the clock of `performance.now()` but at least one step. Stands inside a transaction;
   * once that is committed, {@link settle} takes the outcome.
   *
   * @throws the refusal of the database, which is not the projection's fault
   */
  fold(entries: readonly Entry[], deadline: number): SliceOutcome {
    return this.#attempt(() => this.#foldUntil(entries, deadline))
  }

  settle(outcome: SliceOutcome): void {
    if ('offset' in outcome) this.#offset = outcome.offset
    else this.#failure = messageOf(outcome.error)
  }

  /** What it throws undoes its own work and nobody else's. */
  #attempt(work: () => number): SliceOutcome {
    const { name, version } = this.#projection
    try {
      const offset = this.#cursors.transact(() => {
        const reached = work()
        this.#cursors.setCursor(name, version, reached)
        return reached
      })
      return { offset }
    } catch (error) {
      if (isRefusal(error)) throw error
      return { error }
    }
  }

  #reset(): number {
    this.#projection.reset()
    return 0
  }

  #foldUntil(entries: readonly Entry[], deadline: number): number {
    let reached = this.#offset
    for (const entry of entries) {
      if (entry.offset <= reached) continue
      if (!this.#foldOne(entry, deadline)) break
      reached = entry.offset
      if (performance.now() > deadline) break
    }
    return reached
  }

  /** Whether the entry is folded in whole. A message without effect is evidence, and passed over. */
  #foldOne(entry: Entry, deadline: number): boolean {
    if (entry.kind === 'message' && !entry.inEffect) return true
    while (this.#projection.apply(entry) === 'more') if (performance.now() > deadline) return false
    return true
  }
}

/** What a full, slow or lost disk says. Everything else that happens while a projection works comes from its own statements. */
const REFUSAL = /^SQLITE_(FULL|IOERR|NOMEM|BUSY|LOCKED|READONLY|CANTOPEN)/

function isRefusal(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } }
  return REFUSAL.test(String(cause?.code))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
