// Pulls over one stream into the log: does what the puller's state machine asks for.

import { setImmediate as turn } from 'node:timers/promises'
import { Conversation } from '../conversation.ts'
import { ReplicateError } from '../errors.ts'
import { heldNames } from '../held-names.ts'
import { pause } from '../peer-shares.ts'
import { wireScope } from '../scope.ts'
import { differingBelow } from './comparing.ts'
import { IngestQueue } from './ingest-queue.ts'
import { Marking } from './marking.ts'
import { Puller } from './puller.ts'
import { askedFor, resumeFrom } from './resume.ts'
import { Taking } from './taking.ts'
import type { Author, Item } from '../../../feed/index.ts'
import type { Log } from '../../../log/index.ts'
import type { ReplicateErrorCode } from '../errors.ts'
import type { Live } from '../frames/frames.ts'
import type { PeerShares } from '../peer-shares.ts'
import type { ToldLists } from '../scope.ts'
import type { StorageBudgets } from '../storage-budgets.ts'
import type { Traffic } from '../traffic.ts'
import type { LentTrie, Tries } from '../trie/tries.ts'
import type { Wire } from '../wire.ts'
import type { CreditPool } from './credit.ts'
import type { GreetingFacts } from './greeting.ts'
import type { InFlight, Source } from './in-flight.ts'
import type { AskedFor, PullStore } from './pull-store.ts'
import type { Hint, PullerFact, PullerRequest, Round } from './puller-steps.ts'

export interface PullInit {
  /** Opens the stream, once it is known what to say. */
  open: () => Promise<Wire>
  log: Log
  pullStore: PullStore
  pool: CreditPool
  /** What all pulls of this node fetch. */
  inFlight: InFlight
  /** PeerId of the server. */
  peer: string
  /** Asked when the first round is complete. */
  live: () => 0 | Live
  /** Given once, before anything is said: what takes hints of what this server has, and what knows how far behind it we are. */
  listen: (hear: (hint: Hint) => void, lag: () => number | undefined) => void
  /** What it may still take of us. */
  shares: PeerShares
  /** Which lists of authors servers know from us. */
  toldLists: ToldLists
  /** What may be stored of whom. */
  budgets: StorageBudgets
  /** Whether to compare all heads and ask for all that is missing, whatever was remembered. */
  isFull: boolean
  clock: () => number
  traffic: Traffic
  onRound: (round: Round) => void
  /** Called for each frame of messages. */
  onMessages: () => void
  /** What feeds are compared by where there are many. */
  tries: Tries
  signal: AbortSignal
}

/** With these a descent leads nowhere. A lost stream, or a failure of our own, says nothing about the server's trie. */
const FAULTS_OF_SERVERS: ReadonlySet<ReplicateErrorCode> = new Set([
  'REPLICATE_FRAME_INVALID',
  'REPLICATE_FRAME_UNEXPECTED',
  'REPLICATE_TOO_MANY',
  'REPLICATE_TIMEOUT',
])

/**
 * Resolves when the round is complete (live 0), the server has ended the stream with nothing owed, or the signal aborts.
 *
 * @throws ReplicateError
 */
export async function pull(init: PullInit): Promise<void> {
  const { log, tries, peer, inFlight, clock } = init
  // From now on others leave it something to send.
  const source = inFlight.join(clock())
  const comparing = tries.lend(peer, log.counts().feeds)
  try {
    await pullWith(init, source, comparing)
  } catch (error) {
    const isItsFault = error instanceof ReplicateError && FAULTS_OF_SERVERS.has(error.code)
    if (comparing?.isInUse && isItsFault) tries.distrust(peer)
    throw error
  } finally {
    inFlight.leave(source)
    comparing?.giveBack()
  }
}

/** @param comparing - undefined when this server's trie is not taken */
async function pullWith(init: PullInit, source: Source, comparing: LentTrie | undefined): Promise<void> {
  const { log, pullStore, pool, inFlight, peer, shares, toldLists, live, isFull, clock, traffic } = init
  const asked = askedFor(log.selection)
  const { version } = log.selection
  const facts = await greetingFacts(init, asked, comparing !== undefined)
  const wire = await init.open()
  const machine = new Puller({ ...facts, live, pool, inFlight, source, now: clock() })
  const queues = { asked: new IngestQueue(log, peer), unasked: new IngestQueue(log, peer, { unasked: true }) }
  const queueFor = ({ unasked }: { unasked: boolean }) => (unasked ? queues.unasked : queues.asked)
  const marking = new Marking(pullStore, peer)
  const taking = new Taking({ budgets: init.budgets, peer, ownAuthor: log.author, clock })
  const answer = async (request: PullerRequest, waiting: AbortSignal): Promise<PullerFact | undefined> => {
    switch (request.type) {
      case 'compare':
        await turn()
        await pause(shares.headsCame(request.feeds.length, clock()), waiting)
        return {
          type: 'compared',
          positions: taking.positions(request.feeds, await log.positions(request.feeds)),
          asked: isFull ? [] : pullStore.asked(peer, request.store, authorsOf(request.feeds)),
        }
      case 'compareNodes':
        await pause(shares.headsCame(request.nodes.length, clock()), waiting)
        return { type: 'nodesCompared', differing: await differingBelow(request, comparing, waiting) }
      case 'readHeld':
        return { type: 'heldRead', names: await heldNames(log, request.topics) }
      case 'dropTrie':
        comparing?.giveBack()
        return undefined
      case 'ingest': {
        init.onMessages()
        const store = (items: readonly Item[]) => queueFor(request).ingest(items)
        const results = await taking.ingest(request.items, store)
        await pause(shares.itemsCame(request.items, results, clock()), waiting)
        return { type: 'ingested', batch: request.batch, results }
      }
      case 'markAsked':
        await marking.mark(request.store, taking.marks(request.marks))
        return undefined
      case 'remember':
        marking.write()
        // Something else is wanted now: what came may have been refused already.
        if (log.selection.version === version && taking.isWhole) {
          pullStore.remember(peer, { ...request.server, asked })
        }
        return undefined
      case 'roundComplete':
        toldLists.told(peer, facts.scope)
        log.ownFeed.fetchedFrom(peer)
        init.onRound(request.round)
        return undefined
      case 'tailAtRest':
        log.ownFeed.fetchedFrom(peer)
        return undefined
    }
  }
  const opening = machine.begin()
  const signal = AbortSignal.any([init.signal, taking.askAgain])
  const conversation = new Conversation({ wire, machine, opening, answer, shares, clock, traffic, signal })
  source.listen(() => queueMicrotask(() => conversation.learn({ type: 'freed' })))
  init.listen(
    (hint) => conversation.learn({ type: 'hinted', hint }),
    () => machine.lag,
  )
  await conversation.run().finally(() => taking.end())
}

function authorsOf(feeds: readonly { author: Author }[]): Author[] {
  return feeds.map(({ author }) => author)
}

/** Equal roots only prove equal heads: with a hole of our own we must hear what the server holds. */
async function greetingFacts(
  { log, pullStore, peer, toldLists, isFull }: PullInit,
  asked: AskedFor,
  mayCompare: boolean,
): Promise<GreetingFacts> {
  const scope = wireScope(log.selection.scope)
  const resume = resumeFrom(pullStore.known(peer), asked, isFull)
  const authors = scope === 'all' ? undefined : scope.authors
  const root = isFull || log.hasMissing() ? undefined : await log.root(authors)
  const takesTrie = mayCompare && scope === 'all' && root !== undefined
  return { scope, isListTold: toldLists.areTold(peer, scope), resume, root, takesTrie }
}
