// A feed about which a server is being asked, and the looks at where we stand in it.

import { MISSING_TOLD_MAX } from '../../../log/index.ts'
import { DIVERGENCE_LOOK } from '../constants.ts'
import type { Author } from '../../../feed/index.ts'
import type { FeedPosition, PositionAsked } from '../../../log/index.ts'
import type { ToldHead } from '../frames/frames.ts'
import type { OpenRange, Questions } from './asking.ts'
import type { ItemPlace } from './item-place.ts'
import type { Hint } from './puller-steps.ts'

/** A feed about which questions are out. */
export interface FeedInHand {
  readonly head: ToldHead
  /** All that was asked of it; what the server put off is not in it. */
  readonly asked: OpenRange[]
  /** Ranges of it that are open. */
  open: number
  /** Those that wait; undefined while we look where we stand now. */
  questions: Questions | undefined
  /** When we last looked, in releases of the table. */
  lookedAt: number
  /** Missing messages that others fetch. */
  elsewhere: number
  /** How much longer than usual its ranges are: twice with each that brought nothing, so that a lie about its length is soon exhausted. */
  stretch: number
  /** How far the next look for a fork goes. */
  look: number
  /** A fork showed: its lowest point is to be found. */
  isForked: boolean
  /** Something that was asked for did not come, or could not be taken. */
  isShort: boolean
  /** Its author was blocked meanwhile: what was refused for that is asked for again when the block ends. */
  isBlocked: boolean
  /** We hold something of this feed. */
  readonly isHeld: boolean
  /** From where on holes are looked at: what is missing below is not to be had here. */
  holesFrom: number
  /** Where the last hole ended of those that were told, when there may be more. */
  holesTo: number | undefined
  /** What the server told of it meanwhile. */
  told: ToldHead | undefined
  /** A message that was pushed meanwhile, with a gap or a fork below it. */
  pushed: Pushed | undefined
  /** What was hinted at meanwhile. */
  hint: Hint | undefined
}

/** A feed about which the first questions are to be asked. */
export function takenInHand(head: ToldHead, position: FeedPosition, lookedAt: number, holesFrom: number): FeedInHand {
  return {
    head,
    asked: [],
    open: 0,
    questions: undefined,
    lookedAt,
    elsewhere: 0,
    stretch: 1,
    look: DIVERGENCE_LOOK,
    isForked: false,
    isShort: false,
    isBlocked: false,
    isHeld: position.head > 0,
    holesFrom,
    holesTo: lastTold(position),
    told: undefined,
    pushed: undefined,
    hint: undefined,
  }
}

/** The head of a feed of which one message is known, and nobody told of more. */
export function untoldHead(author: Author, sequence: number): ToldHead {
  return { author, sequence, hash: undefined, floor: 1, arrival: 0, forked: false }
}

/** A pushed message that does not simply continue its feed. */
export interface Pushed extends ItemPlace {
  isForked: boolean
}

/** Where we stand in this feed is to be looked up: because of what was told, has come since, others fetched, was
 *  pushed, or was hinted at elsewhere. */
export type Comparison =
  | { why: 'told'; head: ToldHead }
  | { why: 'again'; feed: FeedInHand }
  | { why: 'pushed'; pushed: Pushed }
  | { why: 'hinted'; hint: Hint }

/** What came of a feed while it was in hand, and is to be looked at now. */
export function meanwhileOf({ told, pushed, hint }: FeedInHand): Comparison[] {
  return [
    ...(told === undefined ? [] : [{ why: 'told', head: told } as const]),
    ...(pushed === undefined ? [] : [{ why: 'pushed', pushed } as const]),
    ...(hint === undefined ? [] : [{ why: 'hinted', hint } as const]),
  ]
}

/** What to look up. */
export function subjectOf(comparison: Comparison): PositionAsked {
  switch (comparison.why) {
    case 'told':
      return comparison.head
    case 'again':
      return { ...comparison.feed.head, missingFrom: comparison.feed.holesFrom }
    case 'pushed':
      return { ...comparison.pushed, missingFrom: comparison.pushed.sequence - 1 }
    case 'hinted':
      return { author: comparison.hint.author, sequence: comparison.hint.upTo, missingFrom: comparison.hint.upTo }
  }
}

/** Where the last hole ended of those that were told, when there may be more. */
export function lastTold({ missing }: FeedPosition): number | undefined {
  return missing.length < MISSING_TOLD_MAX ? undefined : missing.at(-1)?.to
}
