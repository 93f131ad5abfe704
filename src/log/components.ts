// What the log works with. Whatever of it is not the log's own matter (a disk, a thread, a key) arrives from outside.

import type { Identity } from '../feed/index.ts'
import type { FeedPlace } from './forgetting.ts'
import type { LogStore } from './log-store.ts'
import type { PublishedKeyStore } from './published-keys.ts'
import type { SelectionStore } from './selection.ts'
import type { Verifying } from './verifying.ts'

/** Where messages are kept, as far as there is room. */
export interface Room {
  readonly isFull: boolean
  /** @throws an error with a public code, when there is none */
  refuseWhenFull(): void
}

/** Whether what is kept there can be trusted, and added to. */
export interface Soundness {
  /** @throws an error with a public code, when it is damaged */
  refuseWhenDamaged(): void
  /** Calls back for each message that is met and is not what was signed, again and again while it is not mended. */
  onNotAsSigned(listener: (place: FeedPlace) => void): void
}

/** What the log works with. */
export interface LogComponents {
  store: LogStore
  selectionStore: SelectionStore
  publishedKeyStore: PublishedKeyStore
  /** Signs what we publish; its author is our own feed. */
  identity: Identity
  /** Milliseconds since 1970. */
  clock: () => number
  /**
   * Who checks signatures.
   *
   * @default the thread pool of Node
   */
  verifying?: Verifying
  /**
   * Asked before a message is taken; forgetting needs none.
   *
   * @default there always is some
   */
  room?: Room
  /**
   * Asked before anything is changed.
   *
   * @default the store is whole
   */
  soundness?: Soundness
  /** Told when a feed is found to be forked, ours or another's; again when the fork turns out to lie lower. */
  onFork?: (place: FeedPlace) => void
  /** What lets peers' messages wait while the store has to catch up with what was written. */
  pace?: { calm(): Promise<void> }
}
