// Where we stand in a feed, beside what a peer says of it.

import type { Author, Hash } from '../feed/index.ts'
import type { Hole, LogStore } from './log-store.ts'

/** Where we stand in a feed, beside what a peer says of it. */
export interface FeedPosition {
  author: Author
  /** Whether the whole feed is to be fetched: it is selected, and not blocked. */
  isWanted: boolean
  /** 0 when nothing of it is in effect here. */
  head: number
  forkedAt: number | undefined
  /** Hash that we hold at the sequence that was asked about, when exactly one message is held there. */
  hashAt: Hash | undefined
  /** Ranges to ask for below `head`, in order, at most {@link MISSING_TOLD_MAX}, from where it was asked. */
  missing: Hole[]
}

/** Holes of one feed told at once; the rest is told to who asks from behind them. */
export const MISSING_TOLD_MAX = 256

/** A feed, a sequence that a peer told of, and from which sequence on holes are told. */
export interface PositionAsked {
  author: Author
  sequence: number
  /** @default 1 */
  missingFrom?: number
}

export function positionIn(
  store: Pick<LogStore, 'feed' | 'messagesAt' | 'missing'>,
  { author, sequence, missingFrom = 1 }: PositionAsked,
  isWanted: boolean,
): FeedPosition {
  const feed = store.feed(author)
  if (feed === undefined) return { author, isWanted, head: 0, forkedAt: undefined, hashAt: undefined, missing: [] }
  const { head, headHash, forkedAt } = feed
  const held = sequence === head || sequence > head ? [] : store.messagesAt(feed, sequence)
  const hashAt =
    sequence === head ? headHash : held.length === 1 && held[0]?.previous !== undefined ? held[0].hash : undefined
  return { author, isWanted, head, forkedAt, hashAt, missing: store.missing(feed, MISSING_TOLD_MAX, missingFrom) }
}
