// The puller of one stream: says what we have, compares what the server tells, asks for what is missing, grants credit, follows the live
// tail. Frames and facts in, frames and requests out; no clock, no disk, no network of its own. Spec §3 to §7.

import { placeIn, refuseInvalid } from './asking.ts'
import { AskingTails } from './asking-tails.ts'
import { ANSWER_MS, HANDSHAKE_MS, HEADS_AHEAD, HEADS_TOLD_MAX, RETRY_MS_MAX } from './constants.ts'
import { CreditWindow } from './credit.ts'
import { Descent } from './descent.ts'
import { ReplicateError } from './errors.ts'
import { Fetching } from './fetching.ts'
import { Greeting } from './greeting.ts'
import { HeadOrder } from './head-order.ts'
import { send } from './machine.ts'
import { Progress } from './progress.ts'
import type { Item } from '../../feed/index.ts'
import type { IngestResult, StoreCursor } from '../../log/index.ts'
import type { OpenRange } from './asking.ts'
import type { CreditPool } from './credit.ts'
import type { Done, Frame, Have, Live, Messages } from './frames.ts'
import type { GreetingFacts } from './greeting.ts'
import type { InFlight, Source } from './in-flight.ts'
import type { ItemPlace } from './item-place.ts'
import type { Machine, StreamFact } from './machine.ts'
import type { PullerFact, PullerRequest, PullerStep, Round } from './puller-steps.ts'
import type { Prefix } from './trie.ts'

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

/** A frame of messages handed to the log. */
interface Batch {
  bytes: number
  places: readonly ItemPlace[]
  /** Undefined for what came by a tail, or was pushed. */
  range: OpenRange | undefined
  /** Id of the tail. */
  tail?: number
}

/** Pulls from one server. */
export class Puller implements Machine<PullerFact, PullerRequest> {
  readonly #chooseLive: () => 0 | Live
  readonly #credit: CreditWindow
  readonly #greeting: Greeting
  readonly #headOrder = new HeadOrder()
  /** When the server tells by its trie. */
  #descent: Descent | undefined
  /** A trie of ours is kept ready. */
  #holdsTrie: boolean
  readonly #fetching: Fetching
  readonly #inFlight: InFlight
  readonly #source: Source
  readonly #tails: AskingTails
  readonly #batches = new Map<number, Batch>()
  #lastBatch = 0
  /** The Have that may come; `news` is not owed. */
  #awaiting: 'first Have' | 'further Have' | 'news' | undefined = 'first Have'
  #isMoreToTell = false
  #store: string | undefined
  /** Up to where all is told once the round under way is complete. */
  #toldUpTo: StoreCursor | undefined
  /** The cursor of the telling before. */
  #toldBefore: StoreCursor | undefined
  /** Up to where all was pushed. */
  #pushedUpTo: StoreCursor | undefined
  readonly #progress = new Progress()
  #round: Round = { told: 0, messages: 0 }
  /** Said in the next Want. */
  #say: { live?: Live; more?: true; prefixes?: Prefix[] } = {}
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
    this.#movedAt = now
    this.#greeting = new Greeting(facts)
    this.#holdsTrie = facts.takesTrie
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
    return this.#store === undefined ? undefined : this.#fetching.owed
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
        if (this.#awaiting === 'first Have') this.#source.met(now - this.#movedAt)
        this.#movedAt = now
        return yield* this.#received(fact.frame, fact.bytes, now)
      case 'compared':
        return this.#fetching.compared(fact.positions, fact.asked)
      case 'nodesCompared':
        return this.#descent?.compared(fact.differing)
      case 'heldRead':
        return this.#tails.lookedUp(fact.names)
      case 'ingested':
        this.#movedAt = now
        this.#source.progressed(now)
        return this.#ingested(fact.batch, fact.results)
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
        return yield this.#handOver(frame, bytes)
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
    if (id !== 0 || this.#awaiting !== 'first Have') throw unexpected('Nobody names authors by their hash here.')
    return send(this.#greeting.inFull())
  }

  /** What the server says of its feeds. */
  #told(have: Have): void {
    const { store, cursor, salt, heads = [], more = false } = have
    if (this.#awaiting === undefined) throw unexpected('A Have that nobody asked for.')
    if (salt !== undefined) this.#beginDescent(salt)
    if (this.#awaiting !== 'further Have') this.#beginRound(store, cursor)
    this.#awaiting = undefined
    this.#isMoreToTell = more
    this.#round.told += heads.length
    if (this.#round.told > HEADS_TOLD_MAX) {
      const limit = HEADS_TOLD_MAX
      throw new ReplicateError('REPLICATE_TOO_MANY', `More than ${limit} heads were told.`, { limit })
    }
    const order = this.#descent?.isComplete === false ? this.#descent : this.#headOrder
    order.admit(have)
    this.#fetching.told(heads)
  }

  /** Only the first telling may be by a trie. */
  #beginDescent(salt: string): void {
    const isAskedFor = this.#awaiting === 'first Have' && this.#greeting.frame.takesTrie
    if (!isAskedFor) throw unexpected('A trie that nobody asked for.')
    this.#descent = new Descent(salt)
  }

  #beginRound(store: string | undefined, cursor: StoreCursor | undefined): void {
    const isSameStore = this.#store === undefined || this.#store === store
    if (store === undefined || cursor === undefined || !isSameStore) {
      throw new ReplicateError('REPLICATE_FRAME_INVALID', "A telling must begin with the server's store and cursor.")
    }
    this.#store = store
    this.#toldUpTo = cursor
    this.#tails.queue(this.#greeting.tailsFrom(store, this.#toldBefore), cursor)
    this.#toldBefore = cursor
    this.#headOrder.begin()
    this.#round = { told: 0, messages: 0 }
  }

  /** Messages go to the log at once; credit alone bounds how many wait there. */
  #handOver({ id, items }: Messages, bytes: number): PullerStep {
    if (!this.#credit.receive(bytes)) {
      throw new ReplicateError('REPLICATE_CREDIT_OVERRUN', 'More messages came than credit was granted.', { bytes })
    }
    const batch = ++this.#lastBatch
    const taken = this.#taken(id, items)
    this.#batches.set(batch, { bytes, ...taken })
    this.#round.messages += items.length
    return { type: 'ingest', batch, items, unasked: taken.range === undefined }
  }

  #taken(id: number, items: readonly Item[]): Omit<Batch, 'bytes'> {
    if (id === 0) return this.#pushed(items)
    if (!this.#tails.accept(id)) return this.#fetching.asking.accept(id, items)
    return { places: items.map(placeIn), range: undefined, tail: id }
  }

  #pushed(items: readonly Item[]): Pick<Batch, 'places' | 'range'> {
    if (this.#live === 2) return { places: items.map(placeIn), range: undefined }
    throw new ReplicateError('REPLICATE_ITEM_UNASKED', 'Messages were pushed and nobody asked for that.')
  }

  #allPushed({ code, cursor, retryMs = 0 }: Done): void {
    if (code === 'busy' && this.#awaiting === 'first Have') {
      const details = { retryMs: Math.min(retryMs, RETRY_MS_MAX) }
      throw new ReplicateError('REPLICATE_BUSY', 'The server asks to come back later.', details)
    }
    if (this.#live !== 2 || cursor === undefined) throw unexpected('Nothing was to be pushed.')
    this.#pushedUpTo = cursor
  }

  #ingested(id: number, results: readonly IngestResult[]): void {
    const batch = this.#batches.get(id)
    if (batch === undefined) return
    this.#batches.delete(id)
    refuseInvalid(results, batch.places)
    this.#credit.stored(batch.bytes)
    if (batch.tail !== undefined) this.#tails.ingested(batch.tail)
    else if (batch.range === undefined) this.#fetching.ingestedPushed(batch.places, results)
    else this.#fetching.ingested(batch.range, batch.places, results)
  }

  /** Whatever follows from what is known now. */
  *#goOn(now: number): Generator<PullerStep> {
    if (this.#isOver || this.#store === undefined) return
    this.#fetching.lookAtFreed()
    yield* this.#compare(this.#store)
    const marks = this.#fetching.takeMarks()
    if (marks.length > 0) yield { type: 'markAsked', store: this.#store, marks }
    yield* this.#compareTries()
    this.#askForMoreHeads()
    if (this.#fetching.isComplete && this.#tails.isIdle && this.#descent?.isComplete !== false) yield* this.#settle(now)
    if (this.#isFinished) return
    const past = this.#tails.nextPast(now)
    if (past !== undefined) yield { type: 'readHeld', topics: past.topics }
    yield* this.#sayWant(now)
    // What was to be asked for may have been fetched by others.
    yield* this.#compare(this.#store)
  }

  *#compare(store: string): Generator<PullerStep> {
    const feeds = this.#fetching.nextComparison()
    if (feeds.length > 0) yield { type: 'compare', store, feeds }
  }

  #askForMoreHeads(): void {
    if (this.#fetching.waiting > HEADS_AHEAD) return
    const prefixes = this.#descent?.take() ?? []
    if (!this.#isMoreToTell && prefixes.length === 0) return
    if (this.#isMoreToTell) this.#say.more = true
    this.#say.prefixes = prefixes
    this.#isMoreToTell = false
    this.#awaiting = 'further Have'
  }

  *#compareTries(): Generator<PullerStep> {
    const nodes = this.#descent?.takeNodes() ?? []
    if (this.#descent !== undefined && nodes.length > 0) yield { type: 'compareNodes', salt: this.#descent.salt, nodes }
    if (!this.#holdsTrie || this.#descent?.isComplete === false) return
    this.#holdsTrie = false
    yield { type: 'dropTrie' }
  }

  /** Nothing is open: a round may be complete, or the live tail have come to rest. */
  *#settle(now: number): Generator<PullerStep> {
    const told = this.#awaiting === undefined ? this.#toldUpTo : undefined
    if (told !== undefined) {
      this.#progress.reached(told)
      this.#toldUpTo = undefined
    } else if (this.#pushedUpTo !== undefined && this.#batches.size === 0) {
      this.#progress.reached(this.#pushedUpTo)
      this.#pushedUpTo = undefined
      yield { type: 'tailAtRest' }
    }
    yield* this.#remember(this.#progress.due(now))
    if (told === undefined) return
    yield { type: 'roundComplete', round: this.#round }
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
    this.#awaiting = 'news'
  }

  *#remember(cursor: StoreCursor | undefined): Generator<PullerStep> {
    if (cursor === undefined || this.#store === undefined) return
    yield { type: 'remember', server: { store: this.#store, cursor } }
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
    if (this.#awaiting === 'first Have') return 'Have'
    if (this.#awaiting === 'further Have') return 'heads'
    const isOursToMove = this.#batches.size > 0 || !this.#credit.isOpen
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
    yield* this.#remember(this.#progress.rest())
    this.#end()
    if (this.#awaiting !== 'first Have' && this.#toldUpTo === undefined) return
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

function unexpected(what: string): ReplicateError {
  return new ReplicateError('REPLICATE_FRAME_UNEXPECTED', what)
}
