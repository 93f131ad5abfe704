// The feeds in hand: those in which a server has something that we miss, each from the first comparison to the last answer.

import { MISSING_TOLD_MAX } from '../../log/index.ts'
import { Asking, isWhole } from './asking.ts'
import { DIVERGENCE_LOOK, HEADS_COMPARED_AT_ONCE, RANGES_QUEUED_MAX } from './constants.ts'
import { lookFurtherDown, wantsFrom } from './wants.ts'
import type { Author } from '../../feed/index.ts'
import type { FeedPosition, IngestOutcome, IngestResult } from '../../log/index.ts'
import type { OpenRange } from './asking.ts'
import type { Done, ToldHead } from './frames.ts'
import type { ItemPlace } from './item-place.ts'
import type { AskedMark } from './pull-store.ts'
import type { Hint } from './puller-steps.ts'
import type { WantedRange } from './wants.ts'

/** A feed about which questions are out. */
interface FeedInHand {
  readonly head: ToldHead
  /** All that was asked of it. */
  readonly asked: WantedRange[]
  /** Ranges queued or open. */
  open: number
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
  /** There were more holes than are told at once. */
  hasMoreHoles: boolean
  /** Messages that were appended since we last looked where we stand. */
  gained: number
  /** A message that was pushed meanwhile, with a gap or a fork below it. */
  pushed: Pushed | undefined
  /** What was hinted at meanwhile. */
  hint: Hint | undefined
}

/** A pushed message that does not simply continue its feed. */
interface Pushed extends ItemPlace {
  isForked: boolean
}

/** Where we stand in this feed is to be looked up: because of what was told, has come since, was pushed, or was hinted at elsewhere. */
type Comparison =
  | { why: 'told'; head: ToldHead }
  | { why: 'again'; feed: FeedInHand }
  | { why: 'pushed'; pushed: Pushed }
  | { why: 'hinted'; hint: Hint }

/** Feeds of which something is kept while a stream is live; forgetting one costs a look into the log. */
const FEEDS_KEPT_MAX = 16_384

/** With these outcomes a message needs not be asked for again. */
const TAKEN: ReadonlySet<IngestOutcome | undefined> = new Set(['appended', 'duplicate', 'forked'])

/** From claims to questions, from answers to further questions. */
export class Fetching {
  readonly asking = new Asking()
  readonly #feeds = new Map<Author, FeedInHand>()
  #waiting: Comparison[] = []
  /** Compared at this moment. */
  #comparing: Comparison[] = []
  /** The lowest fork point that was looked into, of each feed that proved forked on this stream. */
  readonly #lookedInto = new Map<Author, number>()
  /** The highest sequence that was pushed, of each feed. */
  readonly #pushedUpTo = new Map<Author, number>()
  #marks: AskedMark[] = []
  #cancel: number[] = []

  /** Whether all that was told has been fetched, or is not to be had. */
  get isComplete(): boolean {
    return this.#feeds.size === 0 && this.#waiting.length === 0 && this.#comparing.length === 0
  }

  /** Heads that wait to be compared. */
  get waiting(): number {
    return this.#waiting.length
  }

  told(heads: readonly ToldHead[]): void {
    for (const head of heads) this.#waiting.push({ why: 'told', head })
  }

  /** Asks for what is missing there, behind the questions about this feed that are out. */
  hinted(hint: Hint): void {
    const feed = this.#feeds.get(hint.author)
    if (feed !== undefined) feed.hint = hint
    else if (this.#waiting.length < RANGES_QUEUED_MAX) this.#waiting.push({ why: 'hinted', hint })
  }

  /** The next feeds to compare; none while others are being compared or enough questions wait. */
  nextComparison(): { author: Author; sequence: number }[] {
    if (this.#comparing.length > 0 || this.asking.queued >= RANGES_QUEUED_MAX) return []
    this.#comparing = this.#waiting.splice(0, HEADS_COMPARED_AT_ONCE)
    return this.#comparing.map(subjectOf)
  }

  /** Where we stand in the feeds of the last comparison, and with which arrival each was marked. */
  compared(positions: readonly FeedPosition[], asked: readonly (number | undefined)[]): void {
    const comparisons = this.#comparing
    this.#comparing = []
    for (const [index, comparison] of comparisons.entries()) {
      const position = positions[index]
      if (position === undefined) continue
      if (comparison.why === 'told') this.#comparedTold(comparison.head, position, asked[index])
      else if (comparison.why === 'again') this.#comparedAgain(comparison.feed, position)
      else if (comparison.why === 'pushed') this.#comparedPushed(comparison.pushed, position)
      else this.#comparedHint(comparison.hint, position)
    }
  }

  /** A range has ended, at least for now. */
  ended(done: Done, now: number): void {
    const { range, isPutOff } = this.asking.end(done, now)
    const feed = this.#feeds.get(range.author)
    if (feed !== undefined && isPutOff) feed.open++
    this.#settle(range)
  }

  /** The log has taken in a frame of this range. */
  ingested(range: OpenRange, places: readonly ItemPlace[], results: readonly IngestResult[]): void {
    const feed = this.#feeds.get(range.author)
    if (feed !== undefined) {
      feed.gained += results.filter((result) => outcomeOf(result) === 'appended').length
      feed.isShort ||= results.some((result) => !TAKEN.has(outcomeOf(result)))
      feed.isBlocked ||= results.some((result) => outcomeOf(result) === 'blocked')
      const fork = places[results.findIndex((result) => outcomeOf(result) === 'forked')]
      if (fork !== undefined && !feed.isForked) this.#showedFork(feed, fork.sequence)
    }
    range.ingesting--
    this.#settle(range)
  }

  /** The log has taken in what was pushed. */
  ingestedPushed(places: readonly ItemPlace[], results: readonly IngestResult[]): void {
    for (const [index, place] of places.entries()) {
      const outcome = outcomeOf(results[index])
      const continues = this.#continuesPushed(place)
      if (outcome === 'forked') this.#lookAround({ ...place, isForked: true })
      else if (outcome === 'appended' && !continues) this.#lookAround({ ...place, isForked: false })
    }
  }

  /** Feeds that are not to be asked for again until something new of them arrives there. */
  takeMarks(): AskedMark[] {
    return this.#marks.splice(0)
  }

  /** Ids of open ranges that became useless. */
  takeCancelled(): number[] {
    return this.#cancel.splice(0)
  }

  #comparedTold(head: ToldHead, position: FeedPosition, asked: number | undefined): void {
    if (asked === head.arrival || this.#feeds.has(head.author) || !position.isWanted) return
    const { newest, older } = wantsFrom(head, position)
    this.#takeInHand(head, position, newest, older)
  }

  /** What to ask next, now that all open questions of this feed are answered. */
  #comparedAgain(feed: FeedInHand, position: FeedPosition): void {
    if (feed.isForked) {
      this.#findFork(feed, position)
      return
    }
    feed.hasMoreHoles = mayHaveMoreHoles(position)
    feed.gained = 0
    const { newest, older } = wantsFrom({ ...feed.head, hash: undefined, forked: false }, position)
    this.#ask(feed, newest, older)
    this.#endWhenAnswered(feed)
  }

  #comparedPushed(pushed: Pushed, position: FeedPosition): void {
    const { author, sequence } = pushed
    if (this.#feeds.has(author) || !position.isWanted) return
    const head = { author, sequence, hash: undefined, floor: 1, arrival: 0, forked: false }
    const ranges = pushed.isForked ? this.#firstLook(pushed, position) : gapBelow(sequence, position)
    this.#takeInHand(head, position, ranges, [])
  }

  /** Asks for the hole that ends there, or for what lies beyond our head: older holes are not this hint's matter. */
  #comparedHint(hint: Hint, position: FeedPosition): void {
    const { author, upTo } = hint
    const feed = this.#feeds.get(author)
    if (feed !== undefined) {
      feed.hint = hint
      return
    }
    if (!position.isWanted) return
    const head = { author, sequence: upTo, hash: undefined, floor: 1, arrival: 0, forked: false }
    const missing = position.missing.filter(({ from, to }) => from <= upTo && upTo <= to)
    const { newest, older } = wantsFrom(head, { ...position, missing })
    this.#takeInHand(head, position, newest, older)
  }

  /** A pushed message proved a fork. Only a point lower than any seen before is worth a look. */
  #firstLook({ author, sequence }: Pushed, { forkedAt }: FeedPosition): WantedRange[] {
    const lowest = this.#lookedInto.get(author) ?? Number.POSITIVE_INFINITY
    if (forkedAt === undefined || forkedAt >= lowest) return []
    keep(this.#lookedInto, author, forkedAt)
    const range = lookFurtherDown(forkedAt, [{ author, from: sequence, to: sequence }], 1, DIVERGENCE_LOOK)
    return range === undefined ? [] : [{ author, ...range }]
  }

  /** Whether a pushed message stands directly behind the last one of its feed, or at its start: then there is no gap to look for. */
  #continuesPushed({ author, sequence }: ItemPlace): boolean {
    const last = this.#pushedUpTo.get(author) ?? 0
    keep(this.#pushedUpTo, author, Math.max(last, sequence))
    return sequence <= last + 1
  }

  #lookAround(pushed: Pushed): void {
    const feed = this.#feeds.get(pushed.author)
    if (feed !== undefined) feed.pushed = pushed
    else this.#waiting.push({ why: 'pushed', pushed })
  }

  #takeInHand(head: ToldHead, position: FeedPosition, newest: WantedRange[], older: WantedRange[]): void {
    if (newest.length + older.length === 0) return
    const feed: FeedInHand = {
      head,
      asked: [],
      open: 0,
      look: DIVERGENCE_LOOK,
      isForked: false,
      isShort: false,
      isBlocked: false,
      isHeld: position.head > 0,
      hasMoreHoles: mayHaveMoreHoles(position),
      gained: 0,
      pushed: undefined,
      hint: undefined,
    }
    this.#feeds.set(head.author, feed)
    this.#ask(feed, newest, older)
  }

  #ask(feed: FeedInHand, newest: readonly WantedRange[], older: readonly WantedRange[]): void {
    feed.open += newest.length + older.length
    feed.asked.push(...newest, ...older)
    this.asking.queue(newest, older)
  }

  /** What lies above a fork has no effect: the rest of it is not fetched. */
  #showedFork(feed: FeedInHand, sequence: number): void {
    feed.isForked = true
    const { cancel, unasked } = this.asking.drop(feed.head.author, sequence + 1)
    this.#cancel.push(...cancel)
    feed.open -= unasked
  }

  #findFork(feed: FeedInHand, { forkedAt }: FeedPosition): void {
    const { author, floor } = feed.head
    if (forkedAt !== undefined) keep(this.#lookedInto, author, forkedAt)
    const range = forkedAt === undefined ? undefined : lookFurtherDown(forkedAt, feed.asked, floor, feed.look)
    feed.look *= 2
    if (range === undefined) feed.isForked = false
    else this.#ask(feed, [{ author, ...range }], [])
    this.#endWhenAnswered(feed)
  }

  #settle(range: OpenRange): void {
    if (!this.asking.settle(range)) return
    const feed = this.#feeds.get(range.author)
    if (feed === undefined) return
    feed.open--
    feed.isShort ||= !range.isCancelled && !isWhole(range)
    this.#endWhenAnswered(feed)
  }

  #endWhenAnswered(feed: FeedInHand): void {
    if (feed.open > 0) return
    if (feed.isForked || (feed.hasMoreHoles && feed.gained > 0)) this.#waiting.push({ why: 'again', feed })
    else this.#letGo(feed)
  }

  #letGo({ head, isShort, isBlocked, isHeld, pushed, hint }: FeedInHand): void {
    const { author, arrival } = head
    this.#feeds.delete(author)
    if (isShort && !isBlocked && isHeld && arrival > 0) this.#marks.push({ author, arrival })
    if (pushed !== undefined) this.#waiting.push({ why: 'pushed', pushed })
    if (hint !== undefined) this.#waiting.push({ why: 'hinted', hint })
  }
}

function keep(feeds: Map<Author, number>, author: Author, sequence: number): void {
  if (feeds.size >= FEEDS_KEPT_MAX) feeds.clear()
  feeds.set(author, sequence)
}

function subjectOf(comparison: Comparison): { author: Author; sequence: number } {
  switch (comparison.why) {
    case 'told':
      return comparison.head
    case 'again':
      return comparison.feed.head
    case 'pushed':
      return comparison.pushed
    case 'hinted':
      return { author: comparison.hint.author, sequence: comparison.hint.upTo }
  }
}

function mayHaveMoreHoles({ missing }: FeedPosition): boolean {
  return missing.length >= MISSING_TOLD_MAX
}

function gapBelow(sequence: number, { author, missing }: FeedPosition): WantedRange[] {
  return missing.filter(({ to }) => to === sequence - 1).map(({ from, to }) => ({ author, from, to }))
}

function outcomeOf(result: IngestResult | undefined): IngestOutcome | undefined {
  return result !== undefined && 'outcome' in result ? result.outcome : undefined
}
