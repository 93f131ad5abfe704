// The feeds in hand: those in which a server has something that we miss, each from the first comparison to the last answer.

import {
  HEADS_COMPARED_AT_ONCE,
  RANGE_SEQUENCES_ALONE,
  RANGE_SEQUENCES_SHARED,
  RANGES_QUEUED_MAX,
} from '../constants.ts'
import { Asking, isWhole } from './asking.ts'
import { lastTold, meanwhileOf, subjectOf, takenInHand, untoldHead } from './feed-in-hand.ts'
import { isTaken, outcomeOf } from './outcomes.ts'
import { PushedFeeds } from './pushed-feeds.ts'
import { gapBelow, lookFurtherDown, NO_WANTS, wantsFrom, without } from './wants.ts'
import type { Author } from '../../../feed/index.ts'
import type { FeedPosition, IngestResult, PositionAsked } from '../../../log/index.ts'
import type { Done, ToldHead } from '../frames/frames.ts'
import type { OpenRange, QueuedRange, Turn } from './asking.ts'
import type { Comparison, FeedInHand, Pushed } from './feed-in-hand.ts'
import type { InFlight, Source } from './in-flight.ts'
import type { ItemPlace } from './item-place.ts'
import type { AskedMark } from './pull-store.ts'
import type { Hint } from './puller-steps.ts'
import type { Wants } from './wants.ts'

/** From claims to questions, from answers to further questions. */
export class Fetching {
  readonly asking = new Asking()
  readonly #inFlight: InFlight
  readonly #source: Source
  readonly #feeds = new Map<Author, FeedInHand>()
  #waiting: Comparison[] = []
  /** Compared at this moment. */
  #comparing: Comparison[] = []
  /** When they were, in releases of the table. */
  #lookedAt = 0
  readonly #pushed = new PushedFeeds()
  #marks: AskedMark[] = []
  #cancel: number[] = []

  /** @param source - the server, to the others that pull */
  constructor(inFlight: InFlight, source: Source) {
    this.#inFlight = inFlight
    this.#source = source
  }

  /** Whether all that was told has been fetched, or is not to be had. */
  get isComplete(): boolean {
    return this.#feeds.size === 0 && this.#waiting.length === 0 && this.#comparing.length === 0
  }

  /** Heads that wait to be compared. */
  get waiting(): number {
    return this.#waiting.length
  }

  /** Messages that the server told of and that have not come, from wherever they come. */
  get owed(): number {
    return [...this.#feeds.values()].reduce((sum, { elsewhere }) => sum + elsewhere, this.asking.owed)
  }

  /** When something is to be asked that is not asked now; Infinity when nothing waits for its time. */
  get notBefore(): number {
    return Math.min(this.asking.notBefore, this.#inFlight.dueFor(this.#source))
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
  nextComparison(): PositionAsked[] {
    if (this.#comparing.length > 0 || this.asking.queued >= RANGES_QUEUED_MAX) return []
    this.#comparing = this.#waiting.splice(0, HEADS_COMPARED_AT_ONCE)
    this.#lookedAt = this.#inFlight.now
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

  /** What others ended while this puller waited for it is looked at anew. */
  lookAtFreed(): void {
    for (const author of this.#source.takeFreed()) {
      const feed = this.#feeds.get(author)
      if (feed !== undefined && feed.elsewhere > 0) this.#lookAnew(feed)
    }
  }

  /** Ranges to ask for now: none that another peer was asked for and has not given up. */
  take(now: number): OpenRange[] {
    this.#inFlight.expire(now)
    if (!this.#inFlight.mayClaim(this.#source)) return []
    const lengthMax = this.#inFlight.isAlone ? RANGE_SEQUENCES_ALONE : RANGE_SEQUENCES_SHARED
    const taken = this.asking.take(now, lengthMax, (range) => this.#turnOf(range, lengthMax, now))
    for (const range of taken) this.#noteAsked(range)
    return taken
  }

  /** A range has ended, at least for now. */
  ended(done: Done, now: number): void {
    this.#settle(this.asking.end(done, now))
  }

  /** The log has taken in a frame of this range. */
  ingested(range: OpenRange, places: readonly ItemPlace[], results: readonly IngestResult[]): void {
    const feed = this.#feeds.get(range.author)
    if (feed !== undefined) {
      feed.isShort ||= !results.every(isTaken)
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
      const continues = this.#pushed.continues(place)
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
    if (asked === head.arrival || !position.isWanted) return
    const feed = this.#feeds.get(head.author)
    if (feed === undefined) this.#takeInHand(head, position, wantsFrom(head, position))
    // A hint goes no further than what it names.
    else feed.told = head
  }

  #turnOf(range: QueuedRange, lengthMax: number, now: number): Turn {
    const feed = this.#feeds.get(range.author)
    const { from, to } = range
    if (feed === undefined) return { part: undefined, rest: undefined }
    if (range.isProof) return { part: { from, to, claim: undefined }, rest: undefined }
    if (this.#inFlight.hasChanged(this.#source, range.author, feed.lookedAt)) {
      this.#lookAnew(feed)
      return { part: undefined, rest: undefined }
    }
    const { claim, elsewhere } = this.#inFlight.claim(this.#source, range, lengthMax * feed.stretch, now)
    feed.elsewhere += elsewhere
    const rest = claim !== undefined && claim.to < to ? { ...range, from: claim.to + 1 } : undefined
    return { part: claim && { from: claim.from, to: claim.to, claim }, rest }
  }

  #noteAsked(range: OpenRange): void {
    const feed = this.#feeds.get(range.author)
    if (feed === undefined) return
    feed.open++
    feed.asked.push(range)
  }

  /** Others brought something of this feed, or failed to: what waits to be asked for is replaced by what is missing now. */
  #lookAnew(feed: FeedInHand): void {
    if (feed.questions === undefined) return
    feed.questions.isVoid = true
    feed.questions = undefined
    feed.elsewhere = 0
    this.#source.awaited.delete(feed.head.author)
    this.#waiting.push({ why: 'again', feed })
  }

  /** What to ask next, now that all open questions of this feed are answered, or others brought something of it. */
  #comparedAgain(feed: FeedInHand, position: FeedPosition): void {
    if (feed.isForked && feed.questions !== undefined) {
      this.#findFork(feed, position)
      return
    }
    feed.lookedAt = this.#lookedAt
    feed.holesTo = lastTold(position)
    const wants = position.isWanted ? wantsFrom(feed.head, position) : NO_WANTS
    this.#ask(feed, without(feed.asked, wants))
    this.#endWhenAnswered(feed)
  }

  #comparedPushed(pushed: Pushed, position: FeedPosition): void {
    const { author, sequence } = pushed
    if (this.#feeds.has(author) || !position.isWanted) return
    const head = untoldHead(author, sequence)
    const wants = pushed.isForked
      ? { ...NO_WANTS, proofs: this.#pushed.firstLook(pushed, position) }
      : { ...NO_WANTS, newest: gapBelow(sequence, position) }
    this.#takeInHand(head, { ...position, missing: [] }, wants, sequence - 1)
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
    const head = untoldHead(author, upTo)
    const missing = position.missing.filter(({ from, to }) => from <= upTo && upTo <= to)
    const found = { ...position, missing }
    const holesFrom = Math.min(position.head + 1, upTo, ...missing.map(({ from }) => from))
    this.#takeInHand(head, found, wantsFrom(head, found), holesFrom)
  }

  #lookAround(pushed: Pushed): void {
    const feed = this.#feeds.get(pushed.author)
    if (feed !== undefined) feed.pushed = pushed
    else this.#waiting.push({ why: 'pushed', pushed })
  }

  /** @param holesFrom - older holes are not the matter */
  #takeInHand(head: ToldHead, position: FeedPosition, wants: Wants, holesFrom = 1): void {
    if (wants.newest.length + wants.older.length + wants.proofs.length === 0) return
    const feed = takenInHand(head, position, this.#lookedAt, holesFrom)
    this.#feeds.set(head.author, feed)
    this.#ask(feed, wants)
  }

  #ask(feed: FeedInHand, wants: Wants): void {
    feed.questions ??= { queued: 0, isVoid: false }
    this.asking.queue(feed.questions, wants)
  }

  /** What lies above a fork has no effect: the rest of it is not fetched. */
  #showedFork(feed: FeedInHand, sequence: number): void {
    feed.isForked = true
    this.#cancel.push(...this.asking.drop(feed.head.author, sequence + 1))
  }

  #findFork(feed: FeedInHand, { forkedAt }: FeedPosition): void {
    const { author, floor } = feed.head
    if (forkedAt !== undefined) this.#pushed.lookedInto(author, forkedAt)
    const range = forkedAt === undefined ? undefined : lookFurtherDown(forkedAt, feed.asked, floor, feed.look)
    feed.look *= 2
    if (range === undefined) feed.isForked = false
    else this.#ask(feed, { ...NO_WANTS, proofs: [{ author, ...range }] })
    this.#endWhenAnswered(feed)
  }

  #settle(range: OpenRange): void {
    if (!this.asking.settle(range)) return
    if (range.claim !== undefined) this.#inFlight.release(this.#source, range.claim)
    const feed = this.#feeds.get(range.author)
    if (feed === undefined) return
    feed.open--
    // While we look anew, what was put off is found missing.
    if (feed.questions !== undefined) this.asking.queueAgain(feed.questions, range)
    feed.isShort ||= !range.isCancelled && !isWhole(range)
    if (feed.isShort && range.received === 0) feed.stretch *= 2
    this.#endWhenAnswered(feed)
  }

  #endWhenAnswered(feed: FeedInHand): void {
    const { questions, open, elsewhere } = feed
    if (questions === undefined || questions.queued + open + elsewhere > 0) return
    if (feed.holesTo !== undefined) feed.holesFrom = feed.holesTo + 1
    if (feed.isForked || feed.holesTo !== undefined) this.#waiting.push({ why: 'again', feed })
    else this.#letGo(feed)
  }

  #letGo(feed: FeedInHand): void {
    const { isShort, isBlocked, isHeld } = feed
    const { author, arrival } = feed.head
    this.#feeds.delete(author)
    if (isShort && !isBlocked && isHeld && arrival > 0) this.#marks.push({ author, arrival })
    this.#waiting.push(...meanwhileOf(feed))
  }
}
