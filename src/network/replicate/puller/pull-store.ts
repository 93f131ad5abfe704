// What a puller remembers between streams. Losing it costs bytes at the next round, never a message.

import type { Author } from '../../../feed/index.ts'
import type { StoreCursor } from '../../../log/index.ts'

/** How far a peer has told us of what it holds, of what we asked it for. */
export interface KnownServer {
  /** Id of its store, 16 hex. */
  store: string
  cursor: StoreCursor
  asked: AskedFor
}

/** What a round asked for, as far as the next one must know: asked for anything else, the server had more to say. */
export interface AskedFor {
  /** Names the set of feeds: their hash, or `all`. */
  feeds: string
  /** Names the set of blocked feeds, whose messages were not taken. */
  blocks: string
  topics: readonly string[]
}

/** A feed of which a server did not have all that we miss: it is asked again when something new of that feed has arrived there. */
export interface AskedMark {
  author: Author
  /** Offset of the feed's latest entry in the server's store when it was asked. */
  arrival: number
}

/**
 * Durable, small, synchronous. store/ implements it.
 *
 * Marks belong to a peer and the store that it claims to have: a store id is public, so whoever claims another's must not hide what the other
 * holds. Marks may be dropped at any time: they only save questions. A peer that is remembered with another store has none left.
 */
export interface PullStore {
  known(peer: string): KnownServer | undefined
  /** Replaces what was known of this peer. */
  remember(peer: string, server: KnownServer): void
  /** For each author the `arrival` it was last marked with for this peer and store, or undefined. At most 500 authors at once. */
  asked(peer: string, store: string, authors: readonly Author[]): (number | undefined)[]
  /** Everything is to be told and asked for again: something that was here is not any more. */
  forget(): void
  /** All in one transaction; a mark replaces the one of the same peer and author before it. */
  markAsked(peer: string, store: string, marks: readonly AskedMark[]): void
}
