// The server of one stream: frames and facts in, frames and questions to the log out. No clock, no disk, no network of its own; when the
// stream is gone, so is everything that is kept here. Spec §3 to §7.

import { ANSWER_MS, HANDSHAKE_MS, IDLE_MS } from '../constants.ts'
import { ReplicateError } from '../errors.ts'
import { send } from '../machine.ts'
import { ServedScope } from '../scope.ts'
import { LiveHeads } from './live-heads.ts'
import { LiveTail } from './live-tail.ts'
import { SendingCredit } from './sending-credit.ts'
import { Serving } from './serving.ts'
import { ServingTails } from './serving-tails.ts'
import { Telling } from './telling.ts'
import type { Author } from '../../../feed/index.ts'
import type { MessageEntry } from '../../../log/index.ts'
import type { Frame, Have, Live, Want, WireScope } from '../frames/frames.ts'
import type { Machine, StreamFact } from '../machine.ts'
import type { KnownLists } from '../scope.ts'
import type { Prefix } from '../trie/trie.ts'
import type { Tries } from '../trie/tries.ts'
import type { ServedShare } from './served-share.ts'
import type { ServerFact, ServerRequest, ServerStep } from './server-steps.ts'

export interface ServerInit {
  /** Our store's id, 16 hex. */
  store: string
  /** PeerId of the puller: nothing that came from it goes back to it. */
  peer: string
  /** What this peer may still be served. */
  share: ServedShare
  /** Whether we sent a message by gossip: then the puller most likely has it. */
  isPushed: (message: MessageEntry) => boolean
  /** Lists of authors that pullers have said before. */
  lists: KnownLists
  /** Whether nothing of this author may be passed on. */
  isBlocked: (author: Author) => boolean
  /** By what a puller may be told which feeds differ. */
  tries: Pick<Tries, 'salt' | 'paysFor'>
  /** When the stream was opened, in milliseconds. */
  now: number
}

/** What follows from what the puller wants. */
interface Greeting {
  scope: ServedScope
  tails: ServingTails
  liveHeads: LiveHeads
}

/** How long we wait for what a puller owes. */
const PATIENCE_MS = { Have: HANDSHAKE_MS, credit: ANSWER_MS, Want: IDLE_MS }

type Owed = keyof typeof PATIENCE_MS

/** Answers one puller. */
export class Server implements Machine<ServerFact, ServerRequest> {
  readonly #peer: string
  readonly #share: ServedShare
  readonly #credit = new SendingCredit()
  readonly #telling: Telling
  readonly #serving: Serving
  readonly #lists: KnownLists
  readonly #isBlocked: (author: Author) => boolean
  readonly #isPushed: (message: MessageEntry) => boolean
  #greeting: Greeting | undefined
  /** A list of authors was not known by its hash and is to be said. */
  #hasAskedForList = false
  /** Live 2, once the first telling is complete. */
  #liveTail: LiveTail | undefined
  #live: Live | undefined
  #isOver = false
  /** When the puller last gave something of what it owes, or we last sent what it asked for, or it began to owe anything. */
  #movedAt: number
  #waitedFor: Owed | undefined = 'Have'

  constructor({ store, peer, share, lists, isBlocked, isPushed, tries, now }: ServerInit) {
    this.#peer = peer
    this.#share = share
    this.#lists = lists
    this.#isBlocked = isBlocked
    this.#telling = new Telling(store, tries)
    this.#serving = new Serving(this.#credit, share)
    this.#isPushed = isPushed
    this.#movedAt = now
  }

  step(fact: ServerFact | StreamFact, now: number): ServerStep[] {
    if (this.#isOver) return []
    try {
      const steps = [...this.#react(fact, now), ...this.#goOn(now)]
      this.#noteSent(steps, now)
      this.#noteOwed(now)
      return steps
    } catch (error) {
      if (!(error instanceof ReplicateError)) throw error
      this.#isOver = true
      return [{ type: 'fail', error }]
    }
  }

  get deadline(): number {
    const tellAt = this.#greeting?.liveHeads.deadline ?? Number.POSITIVE_INFINITY
    return Math.min(this.#patience, this.#isOver ? Number.POSITIVE_INFINITY : tellAt)
  }

  /** Until when we wait for what the puller owes. */
  get #patience(): number {
    const waitingFor = this.#waitingFor()
    return waitingFor === undefined ? Number.POSITIVE_INFINITY : this.#movedAt + PATIENCE_MS[waitingFor]
  }

  *#react(fact: ServerFact | StreamFact, now: number): Generator<ServerStep> {
    switch (fact.type) {
      case 'received':
        return yield* this.#received(fact.frame, now)
      case 'stateRead':
        return yield* this.#telling.stateRead(fact.cursor, fact.isKnown, fact.root)
      case 'headsRead':
        return yield* this.#telling.headsRead(fact.heads)
      case 'trieRead':
        return yield* this.#telling.trieRead(fact)
      case 'rangeRead':
        return yield* this.#serving.rangeRead(fact.messages)
      case 'floorRead':
        return yield* this.#serving.floorRead(fact.floor)
      case 'entriesRead':
        this.#liveTail?.entriesRead(fact.entries, fact.end, now)
        return
      case 'newsRead':
        this.#greeting?.liveHeads.entriesRead(fact.entries, now)
        return
      case 'taggedRead':
        this.#greeting?.tails.pageRead(fact.page)
        return
      case 'timePassed':
        this.#timePassed(now)
        return
      case 'ended':
        this.#isOver = true
    }
  }

  *#received(frame: Frame, now: number): Generator<ServerStep> {
    const greeting = this.#greeting
    if (frame.kind === 'have' && greeting === undefined) return yield* this.#greeted(frame, now)
    if (frame.kind === 'want' && greeting !== undefined) return yield* this.#wanted(frame, greeting, now)
    throw unexpected(`A puller's ${frame.kind} has no place here.`)
  }

  *#greeted(have: Have, now: number): Generator<ServerStep> {
    if (have.scope === undefined) throw new ReplicateError('REPLICATE_FRAME_INVALID', 'A puller must say its scope.')
    if (have.heads?.length) throw new ReplicateError('REPLICATE_FRAME_INVALID', 'A puller tells no heads.')
    const retryMs = this.#share.waitMs(now)
    if (retryMs > 0) return yield* this.#sendAway(retryMs)
    const scope = this.#scopeOf(have.scope)
    if (scope === undefined) return yield* this.#askForList(now)
    const tails = new ServingTails(this.#credit, this.#share, scope.authors ?? [])
    // Gossip carries nothing to a puller that selects.
    const isPushed = scope.authors === undefined ? this.#isPushed : () => false
    this.#greeting = { scope, tails, liveHeads: new LiveHeads(this.#peer, scope, isPushed) }
    yield* this.#telling.begin(have, scope.authors)
  }

  *#sendAway(retryMs: number): Generator<ServerStep> {
    this.#isOver = true
    yield send({ kind: 'done', id: 0, code: 'busy', retryMs })
    yield { type: 'finish' }
  }

  /** Undefined for a list that is only known to the puller. */
  #scopeOf(scope: WireScope): ServedScope | undefined {
    if (scope === 'all') return new ServedScope('all', this.#isBlocked)
    if (scope.authorsHash === undefined) {
      this.#lists.remember(scope.authors)
      return new ServedScope(scope, this.#isBlocked)
    }
    const authors = this.#lists.recall(scope.authorsHash)
    return authors && new ServedScope({ ...scope, authors }, this.#isBlocked)
  }

  *#askForList(now: number): Generator<ServerStep> {
    if (this.#hasAskedForList) throw unexpected('A list of authors was asked for, and its hash came again.')
    this.#hasAskedForList = true
    this.#movedAt = now
    yield send({ kind: 'done', id: 0, code: 'scope_unknown' })
  }

  *#wanted(want: Want, { scope, tails }: Greeting, now: number): Generator<ServerStep> {
    const { ranges = [], tails: askedTails = [], credit = 0, live, cancel = [], more = false, prefixes = [] } = want
    // Frames alone are no sign of progress: a puller could hold what it has open for ever.
    const asks = ranges.length + askedTails.length + prefixes.length > 0 || more
    const isNews = this.#waitedFor === 'credit' ? credit > 0 : credit > 0 || asks
    if (isNews) this.#movedAt = now
    this.#credit.grant(credit)
    for (const id of cancel) {
      yield* this.#serving.cancel(id)
      yield* tails.cancel(id)
    }
    for (const range of ranges) {
      this.#serving.admit(range.id)
      if (scope.hasFeed(range.author)) yield* this.#serving.open(range)
      else yield send({ kind: 'done', id: range.id, upTo: range.to, code: 'answered' })
    }
    for (const tail of askedTails) {
      this.#serving.admit(tail.id)
      if (!scope.hasTopics(tail.topics)) throw unexpected('A tail has topics that are not in the scope.')
      yield* tails.open(tail, this.#telling.cursor?.offset ?? 0)
    }
    if (live !== undefined) this.#goLive(live)
    if (more) yield* this.#tookIn()
    if (prefixes.length > 0) yield* this.#descend(prefixes)
  }

  *#descend(prefixes: readonly Prefix[]): Generator<ServerStep> {
    if (this.#live !== undefined) throw unexpected('A live stream has no trie to be asked for prefixes.')
    yield* this.#telling.descend(prefixes)
  }

  #goLive(live: Live): void {
    if (this.#live !== undefined && this.#live !== live) throw unexpected('A live stream stays as it is.')
    this.#live = live
  }

  /** The puller has taken in the last Have. */
  *#tookIn(): Generator<ServerStep> {
    if (this.#telling.isWaiting) yield* this.#telling.more()
    else if (this.#live === 1) this.#greeting?.liveHeads.tookIn()
    else throw unexpected('There is nothing more to tell.')
  }

  /** Whatever can go out now. */
  *#goOn(now: number): Generator<ServerStep> {
    if (this.#isOver || this.#greeting === undefined) return
    const { scope, tails, liveHeads } = this.#greeting
    const told = this.#telling.toldUpTo
    if (told !== undefined && this.#live === 1) yield* this.#followHeads(liveHeads, told.offset, now)
    if (told !== undefined && this.#live === 2) yield* this.#followMessages(scope, told.offset)
    yield* this.#serving.next(now)
    yield* tails.next(now)
  }

  *#followHeads(liveHeads: LiveHeads, toldUpTo: number, now: number): Generator<ServerStep> {
    if (liveHeads.takeNews(now)) yield* this.#telling.tellNews()
    else yield* liveHeads.follow(toldUpTo, now)
  }

  *#followMessages(scope: ServedScope, toldUpTo: number): Generator<ServerStep> {
    if (this.#liveTail !== undefined) return yield* this.#liveTail.push()
    this.#liveTail = new LiveTail(this.#peer, scope, this.#credit, toldUpTo)
    yield this.#liveTail.begin()
  }

  /** All that goes out counts against the peer's share; messages show that the puller keeps up. */
  #noteSent(steps: readonly ServerStep[], now: number): void {
    for (const step of steps) {
      if (step.type !== 'send') continue
      this.#share.spend(step.bytes.length, now)
      if (step.kind === 'messages') this.#movedAt = now
    }
  }

  /** Patience begins when something comes to be owed, not when the puller last spoke before that. */
  #noteOwed(now: number): void {
    const waitingFor = this.#waitingFor()
    if (waitingFor !== undefined && waitingFor !== this.#waitedFor) this.#movedAt = now
    this.#waitedFor = waitingFor
  }

  #waitingFor(): Owed | undefined {
    if (this.#isOver) return undefined
    if (this.#greeting === undefined) return 'Have'
    const { tails } = this.#greeting
    const waiting = [this.#serving, tails, this.#liveTail]
    if (waiting.some((sending) => sending?.isWaitingForCredit)) return 'credit'
    const isTold = this.#telling.toldUpTo !== undefined
    const isUnused = isTold && this.#live === undefined && this.#serving.isIdle && tails.isIdle
    return isUnused || this.#telling.isWaiting ? 'Want' : undefined
  }

  #timePassed(now: number): void {
    const waitingFor = this.#waitingFor()
    if (waitingFor === undefined || now < this.#patience) return
    throw new ReplicateError('REPLICATE_TIMEOUT', `The puller owes ${waitingFor}.`, { waitingFor })
  }
}

function unexpected(what: string): ReplicateError {
  return new ReplicateError('REPLICATE_FRAME_UNEXPECTED', what)
}
