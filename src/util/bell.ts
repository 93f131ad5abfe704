// Rung after each append. Readers that have come to the end wait here and then fetch; nothing is handed to them.

/** One bell, many listeners. */
export class Bell {
  readonly #listeners = new Set<() => void>()

  ring(): void {
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const wake of listeners) wake()
  }

  /** Resolves at the next ring, or when the signal aborts. Listening starts before this returns. */
  next(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const wake = (): void => {
        this.#listeners.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      this.#listeners.add(wake)
      signal?.addEventListener('abort', wake, { once: true })
    })
  }
}
