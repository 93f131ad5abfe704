// Parts that run, and how they end.

/** What has been started, so that it can be stopped in reverse. */
export class Started {
  readonly #stops: (() => void | Promise<void>)[] = []
  #stopping: Promise<void> | undefined

  add(stop: () => void | Promise<void>): void {
    this.#stops.push(stop)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  /** One part that fails to stop keeps no other from stopping. */
  async #stopAll(): Promise<void> {
    const failures: unknown[] = []
    for (const stop of this.#stops.reverse()) {
      try {
        await stop()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not every part of the node stopped in order.')
  }
}
