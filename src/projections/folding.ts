// Folding as its askers see it, whichever thread does it.

/** How far a projection has come. */
export interface FoldState {
  name: string
  /** All entries of the log up to this one are folded in, and committed. */
  offset: number
  /** Why it stopped, or why it waits for the database, in a sentence; absent while it runs. */
  error?: string
}

/** Takes projections through the log. */
export interface Folding {
  /**
   * Makes tables that are missing or of another version, then follows the log. The tables can be asked from then on.
   *
   * @throws StoreError when the database refuses
   */
  start(): void | Promise<void>
  /** Ends after the slice in hand. Safe to call twice. */
  stop(): Promise<void>
  /** Resolves when every projection that runs has folded this offset, when none runs any more, and when the signal aborts. Never rejects. */
  settled(offset: number, signal?: AbortSignal): Promise<void>
  /** Resolves the next time that a projection has moved, when folding ends, and when the signal aborts. */
  moved(signal?: AbortSignal): Promise<void>
  states(): FoldState[]
}
