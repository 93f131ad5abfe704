// What only this node knows of its inbox: what was read, and whom it does not want to hear. Never in a feed.

import type { Author, Hash } from '../../feed/index.ts'

/** What can be noted of a message. */
export type Mark = 'read' | 'acknowledged'

/**
 * Local records of the inbox. Every change is on disk when the call returns; store/ implements it, and refuses with StoreError.
 *
 * The inbox asks its tables: `inbox_marks` with the times, by offset, and `inbox_blocks` with a bit for each mark, 32 offsets a row.
 */
export interface MailboxStore {
  /**
   * Notes that these messages are read or acknowledged; what is acknowledged is read as well. One that is marked already keeps its time. A
   * mark goes with its message, and what is not held gets none.
   */
  mark(hashes: readonly Hash[], mark: Mark, at: number): void
  /** Takes both marks off again. */
  unmark(hashes: readonly Hash[]): void
  /** In the order in which they were muted. */
  mutes(): Author[]
  /** Muting twice is muting once. */
  mute(author: Author, at: number): void
  unmute(author: Author): void
}
