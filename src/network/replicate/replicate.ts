// Replication over libp2p: serves whoever opens a stream to us, and pulls from peers when told to.

import { randomBytes } from 'node:crypto'
import {
  FULL_COMPARISON_EVERY,
  HANDSHAKE_MS,
  PEERS_COUNTED_MAX,
  REPLICATE_PROTOCOL,
  STREAMS_PER_CONNECTION_MAX,
  STREAMS_PER_PEER_MAX,
  TRIE_FEEDS_MIN,
  TRIE_SALT_BYTES,
} from './constants.ts'
import { ReplicateError } from './errors.ts'
import { PeerShares } from './peer-shares.ts'
import { CreditPool } from './puller/credit.ts'
import { InFlight } from './puller/in-flight.ts'
import { pull } from './puller/pull.ts'
import { KnownLists, ToldLists } from './scope.ts'
import { serve } from './server/serve.ts'
import { addTraffic, noTraffic } from './traffic.ts'
import { Tries } from './trie/tries.ts'
import { wireFrom } from './wire.ts'
import type { Connection, Libp2p, PeerId, Stream } from '@libp2p/interface'
import type { Log, MessageEntry } from '../../log/index.ts'
import type { Logger } from '../../logger.ts'
import type { Live } from './frames/frames.ts'
import type { PullInit } from './puller/pull.ts'
import type { PullStore } from './puller/pull-store.ts'
import type { Hint, Round } from './puller/puller-steps.ts'
import type { StorageBudgets } from './storage-budgets.ts'
import type { Traffic } from './traffic.ts'

/** What replication works with. */
export interface ReplicateComponents {
  libp2p: Pick<Libp2p, 'handle' | 'unhandle' | 'getConnections'>
  log: Log
  pullStore: PullStore
  /** Whether this node sent a message by gossip itself. */
  isPushed: (message: MessageEntry) => boolean
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
  budgets: StorageBudgets
  /** Told of each stream that ended with an error, and of each that was refused. */
  onFailure?: (peer: string, error: ReplicateError) => void
}

/** How to pull. */
export interface PullOptions {
  /**
   * Answers, when all is caught up, what to stay for: 0 ends the stream, 1 follows heads, 2 follows messages.
   *
   * @default () => 0
   */
  live?: () => 0 | Live
  /** Called each time everything that the server told of is here. */
  onRound?: (round: Round) => void
  /** Called for each frame of messages. */
  onMessages?: () => void
  /** Ends the pull in order. */
  signal?: AbortSignal
}

/** What a pull was. */
export interface Pulled {
  /** Rounds that came to their end. */
  rounds: number
  traffic: Traffic
}

/** Counters since the start. */
export interface ReplicateCounts {
  /** Streams open now, in either role. */
  pulling: number
  serving: number
  /** Complete rounds of pulling. */
  rounds: number
  traffic: Traffic
}

interface PullUnderWay {
  hear: (hint: Hint) => void
  lag: () => number | undefined
}

/** `/egregore/replicate/1` of one node. */
export class Replicate {
  readonly #components: ReplicateComponents
  readonly #pool = new CreditPool()
  readonly #inFlight = new InFlight()
  readonly #knownLists = new KnownLists()
  readonly #toldLists = new ToldLists()
  readonly #tries: Tries
  /** What each peer may still take. */
  readonly #shares = new Map<string, PeerShares>()
  /** Streams that each peer has open to us. */
  readonly #servedStreams = new Map<string, number>()
  /** Pulls from each peer since the start, those pulled from last standing last. */
  readonly #pullsFrom = new Map<string, number>()
  /** The pulls under way, by peer: what takes hints, and what knows how far behind the peer we are. */
  readonly #pulls = new Map<string, PullUnderWay>()
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #counts: ReplicateCounts = { pulling: 0, serving: 0, rounds: 0, traffic: noTraffic() }
  #stopping = new AbortController()

  constructor(components: ReplicateComponents) {
    this.#components = components
    const salt = randomBytes(TRIE_SALT_BYTES).toString('hex')
    this.#tries = new Tries({ log: components.log, salt, feedsMin: TRIE_FEEDS_MIN })
  }

  /** Serves whoever asks. */
  async start(): Promise<void> {
    this.#stopping = new AbortController()
    await this.#components.libp2p.handle(REPLICATE_PROTOCOL, this.#serve, {
      // More than we serve, so that it is us who refuse them: libp2p tells nobody.
      maxInboundStreams: STREAMS_PER_CONNECTION_MAX,
      maxOutboundStreams: STREAMS_PER_PEER_MAX,
      runOnLimitedConnection: true,
    })
  }

  /** Ends all streams in order. Safe to call twice. */
  async stop(): Promise<void> {
    await this.#components.libp2p.unhandle(REPLICATE_PROTOCOL)
    this.#stopping.abort()
    await Promise.allSettled(this.#underWay)
  }

  /**
   * Pulls from a connected peer until its round is complete (live 0), the peer ends the stream, or the signal aborts.
   *
   * @throws ReplicateError
   */
  async pull(peer: PeerId, options: PullOptions = {}): Promise<Pulled> {
    const name = peer.toString()
    const pulled: Pulled = { rounds: 0, traffic: noTraffic() }
    let underWay: PullUnderWay | undefined
    const listen = (hear: PullUnderWay['hear'], lag: PullUnderWay['lag']): void => {
      underWay = { hear, lag }
      this.#pulls.set(name, underWay)
    }
    this.#counts.pulling++
    try {
      await this.#whileRunning(this.#pullFrom(peer, { ...options, listen }, pulled))
      return pulled
    } catch (error) {
      this.#failed(name, error)
      throw error
    } finally {
      // The peer was lost and is back: by now another pull from it may stand here.
      if (this.#pulls.get(name) === underWay) this.#pulls.delete(name)
      this.#counts.pulling--
      addTraffic(this.#counts.traffic, pulled.traffic)
    }
  }

  /** Asks a peer that is pulled from for what is missing here up to this sequence, at once. Without a pull under way nothing happens. */
  hint(peer: string, hint: Hint): void {
    this.#pulls.get(peer)?.hear(hint)
  }

  /** How many messages a peer told of that are not here yet; undefined while it is not pulled from, or has not told anything. */
  lagBehind(peer: string): number | undefined {
    return this.#pulls.get(peer)?.lag()
  }

  /** A copy; streams under way are counted when they end. */
  counts(): ReplicateCounts {
    return { ...this.#counts, traffic: { ...this.#counts.traffic } }
  }

  #pullFrom(peer: PeerId, options: PullOptions & Pick<PullInit, 'listen'>, pulled: Pulled): Promise<void> {
    const { live = () => 0, onRound, onMessages = nothing, listen, signal: theirs } = options
    const { log, pullStore, clock } = this.#components
    const signal = theirs === undefined ? this.#stopping.signal : AbortSignal.any([theirs, this.#stopping.signal])
    const name = peer.toString()
    return pull({
      log,
      pullStore,
      clock,
      live,
      listen,
      pool: this.#pool,
      inFlight: this.#inFlight,
      peer: name,
      shares: this.#sharesOf(name),
      toldLists: this.#toldLists,
      budgets: this.#components.budgets,
      tries: this.#tries,
      isFull: this.#countPull(name) % FULL_COMPARISON_EVERY === 0,
      open: async () => wireFrom(await this.#openStream(peer, signal)),
      traffic: pulled.traffic,
      signal,
      onRound: (round) => {
        pulled.rounds++
        this.#counts.rounds++
        onRound?.(round)
      },
      onMessages,
    })
  }

  async #openStream(peer: PeerId, stopping: AbortSignal): Promise<Stream> {
    const connections = this.#components.libp2p.getConnections(peer).filter(({ status }) => status === 'open')
    const connection = connections.find(({ limits }) => limits === undefined) ?? connections[0]
    if (connection === undefined) throw new ReplicateError('REPLICATE_STREAM_LOST', 'The peer is not connected.')
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(HANDSHAKE_MS), stopping])
      const askedAt = performance.now()
      const stream = await connection.newStream([REPLICATE_PROTOCOL], { signal, runOnLimitedConnection: true })
      // Agreeing on a protocol takes one round trip; the first ping comes seconds later.
      connection.rtt ??= Math.round(performance.now() - askedAt)
      return stream
    } catch (cause) {
      throw new ReplicateError('REPLICATE_STREAM_LOST', 'The stream could not be opened.', {}, { cause })
    }
  }

  readonly #serve = (stream: Stream, connection: Connection): void => {
    const peer = connection.remotePeer.toString()
    const streams = this.#servedStreams.get(peer) ?? 0
    if (streams >= STREAMS_PER_PEER_MAX || !this.#sharesOf(peer).admitsStream(this.#components.clock())) {
      const error = new ReplicateError('REPLICATE_TOO_MANY', 'Too many streams are open.')
      stream.abort(error)
      this.#failed(peer, error)
      return
    }
    this.#servedStreams.set(peer, streams + 1)
    void this.#whileRunning(this.#serveStream(stream, peer))
  }

  async #serveStream(stream: Stream, peer: string): Promise<void> {
    const { log, isPushed, clock, logger } = this.#components
    const traffic = noTraffic()
    this.#counts.serving++
    try {
      const { signal } = this.#stopping
      const known = { shares: this.#sharesOf(peer), lists: this.#knownLists, tries: this.#tries }
      await serve({ wire: wireFrom(stream), log, peer, ...known, isPushed, clock, traffic, signal })
    } catch (error) {
      const { code, message } = error as ReplicateError
      logger.debug({ peer, code, reason: message }, 'serving ended')
      this.#failed(peer, error)
    } finally {
      this.#counts.serving--
      addTraffic(this.#counts.traffic, traffic)
      this.#servedStreams.set(peer, (this.#servedStreams.get(peer) ?? 1) - 1)
      this.#forgetIdle()
    }
  }

  #failed(peer: string, error: unknown): void {
    if (error instanceof ReplicateError) this.#components.onFailure?.(peer, error)
  }

  /** How many pulls from this peer there were; the peers longest not pulled from are forgotten. */
  #countPull(peer: string): number {
    const count = (this.#pullsFrom.get(peer) ?? 0) + 1
    this.#pullsFrom.delete(peer)
    this.#pullsFrom.set(peer, count)
    const [oldest] = this.#pullsFrom.keys()
    if (this.#pullsFrom.size > PEERS_COUNTED_MAX && oldest !== undefined) this.#pullsFrom.delete(oldest)
    return count
  }

  #sharesOf(peer: string): PeerShares {
    const shares = this.#shares.get(peer) ?? new PeerShares()
    this.#shares.set(peer, shares)
    return shares
  }

  /** Shares that are full are as good as new ones. Whoever still holds forgotten ones goes on with them to the end of its stream. */
  #forgetIdle(): void {
    const now = this.#components.clock()
    for (const [peer, streams] of this.#servedStreams) if (streams === 0) this.#servedStreams.delete(peer)
    for (const [peer, shares] of this.#shares) {
      if (!this.#servedStreams.has(peer) && shares.isFull(now)) this.#shares.delete(peer)
    }
  }

  async #whileRunning<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work)
    try {
      return await work
    } finally {
      this.#underWay.delete(work)
    }
  }
}

function nothing(): void {}
