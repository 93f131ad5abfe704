// What one hook has done, in memory and in the store. Nothing counts as done before it is written down.

import { LETTERS_MAX, PASSED_UNSAVED_MAX } from './constants.ts'
import { Progress } from './progress.ts'
import type { HookInit } from './hook.ts'
import type { DeadLetter, HookProgress, HookStore } from './hook-store.ts'

/** How a message was finished. `withdrawn`: before it was delivered, it expired or its author was blocked. */
export type Finish = 'delivered' | 'skipped' | 'withdrawn' | DeadLetter

/** Everything here throws StoreError when the store cannot write, and nothing has changed then. */
export class Ledger {
  readonly #store: HookStore
  readonly #name: string
  readonly #progress: Progress
  #counts: Omit<HookProgress, 'cursor'>
  #savedCursor: number

  /**
   * A hook that never ran before has its place from now on, also when nothing arrives before the node stops.
   *
   * @param end - offset of the last entry of the log
   */
  constructor(store: HookStore, { name, from }: Pick<HookInit, 'name' | 'from'>, end: number) {
    this.#store = store
    this.#name = name
    const known = store.progress(name)
    const start = from === 'end' ? end : 0
    const { cursor, ...counts } = known ?? { cursor: start, delivered: 0, skipped: 0, failed: 0 }
    this.#progress = new Progress(cursor, store.finishedAhead(name))
    this.#counts = counts
    this.#savedCursor = cursor
    if (known === undefined) this.save()
  }

  get summary(): HookProgress & { deadLetters: number } {
    const deadLetters = this.#store.countLetters(this.#name)
    return { cursor: this.#progress.cursor, ...this.#counts, deadLetters }
  }

  /** Where to read on. */
  get readTo(): number {
    return this.#progress.readTo
  }

  /** Finished messages beyond one that is not. */
  get aheadCount(): number {
    return this.#progress.aheadCount
  }

  isFinished(offset: number): boolean {
    return this.#progress.isFinished(offset)
  }

  /** Nothing is to be done for this entry. It is written down now and then: passing over an entry twice harms nobody. */
  pass(offset: number): void {
    this.#progress.pass(offset)
    this.#saveNowAndThen()
  }

  /** A message that is too old. Counted by the way, unless an earlier one is under way: a first sync brings a million of them. */
  skip(offset: number): void {
    if (this.#progress.cursor < this.#progress.readTo) {
      this.#progress.begin(offset)
      this.finish(offset, 'skipped')
      return
    }
    // Tried again when writing failed: then it is counted already.
    if (this.#progress.readTo < offset) this.#counts = countedIn(this.#counts, 'skipped')
    this.#progress.pass(offset)
    this.#saveNowAndThen()
  }

  begin(offset: number): void {
    this.#progress.begin(offset)
  }

  finish(offset: number, finish: Finish): void {
    const counts = countedIn(this.#counts, finish)
    const letter = typeof finish === 'object' ? finish : undefined
    this.#progress.finish(offset, (cursor) => {
      this.#store.finish(this.#name, { progress: { cursor, ...counts }, offset, letter, lettersMax: LETTERS_MAX })
      this.#savedCursor = cursor
    })
    this.#counts = counts
  }

  /** The letter's message was tried again. One that was dropped meanwhile does not come back. */
  settleLetter({ hash }: DeadLetter, finish: Finish): void {
    if (this.#store.letter(this.#name, hash) === undefined) return
    if (typeof finish === 'object') this.#store.saveLetter(this.#name, finish)
    else {
      this.#store.removeLetters(this.#name, [hash])
      this.#counts = countedIn(this.#counts, finish)
      this.save()
    }
  }

  save(): void {
    const { cursor } = this.#progress
    this.#store.saveProgress(this.#name, { cursor, ...this.#counts })
    this.#savedCursor = cursor
  }

  #saveNowAndThen(): void {
    if (this.#progress.cursor - this.#savedCursor >= PASSED_UNSAVED_MAX) this.save()
  }

  /** Writes down what was passed over, when the node stops. */
  close(): void {
    if (this.#progress.cursor !== this.#savedCursor) this.save()
  }
}

function countedIn<Counts extends Omit<HookProgress, 'cursor'>>(counts: Counts, finish: Finish): Counts {
  if (finish === 'withdrawn') return counts
  const count = typeof finish === 'object' ? 'failed' : finish
  return { ...counts, [count]: counts[count] + 1 }
}
