// The puller of one stream: says what we have, compares what the server tells, asks for what is missing, grants credit, follows the live
// tail. Frames and facts in, frames and requests out; no clock, no disk, no network of its own. Spec §3 to §7.

import { ANSWER_MS, HANDSHAKE_MS, RETRY_MS_MAX } from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import { send } from '../machine.ts'
import { AskingTails } from './asking-tails.ts'
import { CreditWindow } from './credit.ts'
import { Fetching } from './fetching.ts'
import { Greeting } from './greeting.ts'
import { Incoming } from './incoming.ts'
import { Progress } from './progress.ts'
import { Tellings, unexpected } from './tellings.ts'
import type { StoreCursor } from '../../../log/index.ts'
import type { Done, Frame, Have, Live } from '../frames/frames.ts'
import type { Machine, StreamFact } from '../machine.ts'
import type { Prefix } from '../trie/trie.ts'
import type { CreditPool } from './credit.ts'
import type { GreetingFacts } from './greeting.ts'
import type { InFlight, Source } from './in-flight.ts'
import type { PullerFact, PullerRequest, PullerStep } from './puller-steps.ts'

export interface PullerInit extends GreetingFacts {
  /** What to stay for, asked when the first round is complete; 0 ends the stream then. */
  live: () => 0 | Live
  /** The credit of all streams of this node. */
  pool: CreditPool
  /** What all streams of this node fetch. */
  inFlight: InFlight
  /** What this server is to them. */
  source: Source
  /** When the stream was opened, in milliseconds. */
  now: number
}

/** Pulls from one server. */
export class Puller implements Machine<PullerFact, PullerRequest> {
  readonly #chooseLive: () => 0 | Live
  readonly #credit: CreditWindow
  readonly #greeting: Greeting
  readonly #tellings: Tellings
  readonly #fetching: Fetching
  readonly #inFlight: InFlight
  readonly #source: Source
  readonly #tails: AskingTails
  readonly #incoming: Incoming
  /** Up to where all was pushed. */
  #pushedUpTo: StoreCursor | undefined
  readonly #progress = new Progress()
  /** That came since the last telling began. */
  #messages = 0
  /** Said in the next Want. */
  #say: { live?: Live; more?: boolean; prefixes?: Prefix[] } = {}
  /** What the server was asked to stay for. */
  #live: Live | undefined
  /** Nothing more is said. */
  #isFinished = false
  #isOver = false
  /** When the server last said something, or we last asked it something. */
  #movedAt: number

  constructor({ live, pool, inFlight, source, now, ...facts }: PullerInit) {
    this.#chooseLive = live
    this.#credit = new CreditWindow(pool)
    this.#inFlight = inFlight
    this.#source = source
    this.#fetching = new Fetching(inFlight, source)
    this.#tails = new AskingTails(inFlight.pasts, source)
    this.#incoming = new Incoming(this.#credit, this.#fetching, this.#tails)
    this.#movedAt = now
    this.#greeting = new Greeting(facts)
    this.#tellings = new Tellings(this.#greeting, facts.takesTrie)
  }

  /** The first frame. */
  begin(): PullerStep[] {
    if (this.#credit.window > 0) return [send(this.#greeting.frame)]
    this.#end()
    return [{ type: 'fail', error: new ReplicateError('REPLICATE_BUSY', 'All credit of this node is in use.') }]
  }

  /** Takes in one fact and answers what follows from it. */
  step(fact: PullerFact | StreamFact, now: number): PullerStep[] {
    if (this.#isOver) return []
    try {
      return [...this.#react(fact, now), ...this.#goOn(now)]
    } catch (error) {
      if (!(error instanceof ReplicateError)) throw error
      this.#end()
      return [{ type: 'fail', error }]
    }
  }

  /** How many messages this server told of that are not here yet; undefined until it has told anything. */
  get lag(): number | undefined {
    return this.#tellings.store === undefined ? undefined : this.#fetching.owed
  }

  /** When `timePassed` is due, in milliseconds; Infinity while nothing is awaited. */
  get deadline(): number {
    if (this.#isOver || this.#isFinished) return Number.POSITIVE_INFINITY
    const waitingFor = this.#waitingFor()
    const patience = waitingFor === undefined ? Number.POSITIVE_INFINITY : this.#movedAt + PATIENCE_MS[waitingFor]
    return Math.min(patience, this.#fetching.notBefore, this.#tails.notBefore)
  }

  *#react(fact: PullerFact | StreamFact, now: number): Generator<PullerStep> {
    switch (fact.type) {
      case 'received':
        if (this.#tellings.awaited === 'first Have') this.#source.met(now - this.#movedAt)
        this.#movedAt = now
        return yield* this.#received(fact.frame, fact.bytes, now)
      case 'compared':
        return this.#fetching.compared(fact.positions, fact.asked)
      case 'nodesCompared':
        return this.#tellings.nodesCompared(fact.differing)
      case 'heldRead':
        return this.#tails.lookedUp(fact.names)
      case 'ingested':
        this.#movedAt = now
        this.#source.progressed(now)
        return this.#incoming.stored(fact.batch, fact.results)
      case 'hinted':
        return this.#fetching.hinted(fact.hint)
      case 'freed':
        return
      case 'timePassed':
        return this.#timePassed(now)
      case 'ended':
        return yield* this.#streamEnded()
    }
  }

  *#received(frame: Frame, bytes: number, now: number): Generator<PullerStep> {
    switch (frame.kind) {
      case 'have':
        return this.#told(frame)
      case 'messages':
        this.#source.progressed(now)
        this.#messages += frame.items.length
        return yield this.#incoming.take(frame, bytes, this.#live === 2)
      case 'done':
        this.#source.progressed(now)
        return yield* this.#ended(frame, now)
      case 'want':
        throw unexpected('A server wants nothing.')
    }
  }

  *#ended(done: Done, now: number): Generator<PullerStep> {
    if (done.code === 'scope_unknown') return yield this.#sayInFull(done)
    if (done.id === 0) return this.#allPushed(done)
    if (!this.#tails.end(done, now)) this.#fetching.ended(done, now)
  }

  #sayInFull({ id }: Done): PullerStep {
    if (id !== 0 || this.#tellings.awaited !== 'first Have')
      throw unexpected('Nobody names authors by their hash here.')
    return send(this.#greeting.inFull())
  }

  /** What the server says of its feeds. */
  #told(have: Have): void {
    const { heads, begun } = this.#tellings.take(have)
    if (begun !== undefined) {
      this.#messages = 0
      this.#tails.queue(begun.tails, begun.cursor)
    }
    this.#fetching.told(heads)
  }

  #allPushed({ code, cursor, retryMs = 0 }: Done): void {
    if (code === 'busy' && this.#tellings.awaited === 'first Have') {
      const details = { retryMs: Math.min(retryMs, RETRY_MS_MAX) }
      throw new ReplicateError('REPLICATE_BUSY', 'The server asks to come back later.', details)
    }
    if (this.#live !== 2 || cursor === undefined) throw unexpected('Nothing was to be pushed.')
    this.#pushedUpTo = cursor
  }

  /** Whatever follows from what is known now. */
  *#goOn(now: number): Generator<PullerStep> {
    const { store } = this.#tellings
    if (this.#isOver || store === undefined) return
    this.#fetching.lookAtFreed()
    yield* this.#compare(store)
    const marks = this.#fetching.takeMarks()
    if (marks.length > 0) yield { type: 'markAsked', store, marks }
    yield* this.#compareTries()
    this.#say = { ...this.#say, ...this.#tellings.askOn(this.#fetching.waiting) }
    if (this.#fetching.isComplete && this.#tails.isIdle && this.#tellings.isDescended) yield* this.#settle(now, store)
    if (this.#isFinished) return
    const past = this.#tails.nextPast(now)
    if (past !== undefined) yield { type: 'readHeld', topics: past.topics }
    yield* this.#sayWant(now)
    // What was to be asked for may have been fetched by others.
    yield* this.#compare(store)
  }

  *#compare(store: string): Generator<PullerStep> {
    const feeds = this.#fetching.nextComparison()
    if (feeds.length > 0) yield { type: 'compare', store, feeds }
  }

  *#compareTries(): Generator<PullerStep> {
    const comparison = this.#tellings.takeNodes()
    if (comparison !== undefined) yield { type: 'compareNodes', ...comparison }
    if (this.#tellings.dropsTrie()) yield { type: 'dropTrie' }
  }

  /** Nothing is open: a round may be complete, or the live tail have come to rest. */
  *#settle(now: number, store: string): Generator<PullerStep> {
    const told = this.#tellings.takeCompleted()
    if (told !== undefined) this.#progress.reached(told)
    else if (this.#pushedUpTo !== undefined && this.#incoming.isStored) {
      this.#progress.reached(this.#pushedUpTo)
      this.#pushedUpTo = undefined
      yield { type: 'tailAtRest' }
    }
    yield* remember(store, this.#progress.due(now))
    if (told === undefined) return
    yield { type: 'roundComplete', round: { told: this.#tellings.told, messages: this.#messages } }
    yield* this.#stayOrFinish()
  }

  *#stayOrFinish(): Generator<PullerStep> {
    const live = this.#live ?? this.#chooseLive()
    this.#isFinished = live === 0
    if (live === 0) return yield { type: 'finish' }
    if (this.#live === undefined) this.#say.live = live
    this.#live = live
    if (live === 2) return
    this.#say.more = true
    this.#tellings.awaitNews()
  }

  *#sayWant(now: number): Generator<PullerStep> {
    const ranges = this.#fetching.take(now)
    const tails = this.#tails.take(now, () => this.#fetching.asking.nextId())
    const cancel = this.#fetching.takeCancelled()
    const credit = this.#grant()
    const { live, more = false, prefixes = [] } = this.#say
    const asked = ranges.length + tails.length + cancel.length + prefixes.length + credit
    if (asked === 0 && live === undefined && !more) return
    this.#say = {}
    this.#movedAt = now
    yield send({ kind: 'want', ranges, tails, credit, live, cancel, more, prefixes })
  }

  /** Credit for what may come. */
  #grant(): number {
    const isCatchingUp = this.#isAwaitingMessages
    return isCatchingUp || this.#live === 2 ? this.#credit.grant(isCatchingUp) : 0
  }

  #waitingFor(): keyof typeof PATIENCE_MS | undefined {
    const { awaited } = this.#tellings
    if (awaited === 'first Have') return 'Have'
    if (awaited === 'further Have') return 'heads'
    const isOursToMove = !this.#incoming.isStored || !this.#credit.isOpen
    return this.#isAwaitingMessages && !isOursToMove ? 'messages' : undefined
  }

  get #isAwaitingMessages(): boolean {
    return this.#fetching.asking.isAwaiting || this.#tails.isAwaiting
  }

  #timePassed(now: number): void {
    const waitingFor = this.#waitingFor()
    if (waitingFor === undefined || now < this.#movedAt + PATIENCE_MS[waitingFor]) return
    throw new ReplicateError('REPLICATE_TIMEOUT', `The server owes ${waitingFor}.`, { waitingFor })
  }

  /** A stream may end whenever nothing is owed on it. */
  *#streamEnded(): Generator<PullerStep> {
    if (this.#tellings.store !== undefined) yield* remember(this.#tellings.store, this.#progress.rest())
    this.#end()
    if (!this.#tellings.isUnfinished) return
    const error = new ReplicateError('REPLICATE_STREAM_LOST', 'The stream ended before the round was complete.')
    yield { type: 'fail', error }
  }

  #end(): void {
    if (!this.#isOver) {
      this.#credit.release()
      this.#inFlight.leave(this.#source)
    }
    this.#isOver = true
  }
}

/** How long we wait for what a server owes. */
const PATIENCE_MS = { Have: HANDSHAKE_MS, heads: ANSWER_MS, messages: ANSWER_MS }

function* remember(store: string, cursor: StoreCursor | undefined): Generator<PullerStep> {
  if (cursor !== undefined) yield { type: 'remember', server: { store, cursor } }
}
