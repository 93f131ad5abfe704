// Those who wait until the log is folded up to some offset.

/** Waits that end when folding has come far enough, or when whoever waits has had enough. */
export class Settling {
  readonly #waiting = new Set<{ offset: number; resolve: () => void }>()
  #reached = 0

  /** The furthest offset that anybody waits for; 0 when nobody does. */
  get awaited(): number {
    let awaited = 0
    for (const { offset } of this.#waiting) awaited = Math.max(awaited, offset)
    return awaited
  }

  /** Resolves when {@link reached} was told this offset, or the signal aborts. */
  until(offset: number, signal?: AbortSignal): Promise<void> {
    if (offset <= this.#reached || signal?.aborted) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = { offset, resolve: () => resolve() }
    this.#waiting.add(waiting)
    signal?.addEventListener('abort', waiting.resolve, { once: true })
    return promise.finally(() => {
      this.#waiting.delete(waiting)
      signal?.removeEventListener('abort', waiting.resolve)
    })
  }

  /** All is folded up to there. Answers whether that is further than before. */
  reached(offset: number): boolean {
    const isFurther = offset > this.#reached
    this.#reached = offset
    for (const waiting of this.#waiting) if (waiting.offset <= offset) waiting.resolve()
    return isFurther
  }
}
