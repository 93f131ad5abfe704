// How far a hook has come, when messages finish in another order than the one in which they began. Pure.

/** The cursor never passes a message that is not finished; those behind it that are finished are remembered one by one. */
export class Progress {
  #readTo: number
  /** In rising order, as they began. */
  readonly #underWay = new Set<number>()
  readonly #ahead: Set<number>

  /**
   * @param cursor - offset up to which everything is finished
   * @param ahead - offsets beyond it that are finished too
   */
  constructor(cursor: number, ahead: readonly number[] = []) {
    this.#readTo = cursor
    this.#ahead = new Set(ahead)
  }

  /** Offset up to which everything is finished. */
  get cursor(): number {
    return this.#cursorWithout(undefined)
  }

  /** Where to read on. */
  get readTo(): number {
    return this.#readTo
  }

  /** Finished messages beyond the cursor. */
  get aheadCount(): number {
    return this.#ahead.size
  }

  /** Whether this message was finished before a restart, when others before it were not. */
  isFinished(offset: number): boolean {
    return this.#ahead.has(offset)
  }

  /** Nothing is to be done for this entry. */
  pass(offset: number): void {
    this.#readTo = offset
    this.#tidy()
  }

  begin(offset: number): void {
    this.#readTo = offset
    this.#underWay.add(offset)
  }

  /** @param write - writes down where the cursor stands then; when it throws, the message is still under way */
  finish(offset: number, write: (cursor: number) => void): void {
    write(this.#cursorWithout(offset))
    this.#underWay.delete(offset)
    this.#ahead.add(offset)
    this.#tidy()
  }

  #cursorWithout(offset: number | undefined): number {
    for (const first of this.#underWay) if (first !== offset) return first - 1
    return this.#readTo
  }

  #tidy(): void {
    const { cursor } = this
    for (const offset of this.#ahead) if (offset <= cursor) this.#ahead.delete(offset)
  }
}
