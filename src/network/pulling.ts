// Keeps one pull going from every connected peer: catch up, stay live, and begin again when the stream ends. What a live stream carries
// depends on gossip: heads where gossip brings the messages, messages where it does not. A node that takes no part in it, because it wants
// some feeds only, lives on the messages of two peers and follows the others by heads.

import { LiveServers } from './live-servers.ts'
import { pauseBeforeRetry, waitBeforeRetry } from './peers/index.ts'
import { ReplicateError } from './replicate/index.ts'
import type { Libp2p, PeerId } from '@libp2p/interface'
import type { Log } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { Gossip } from './gossip/index.ts'
import type { Live, Replicate } from './replicate/index.ts'

/** What pulling works with. */
export interface PullingComponents {
  libp2p: Libp2p
  replicate: Replicate
  /** Absent when this node has none. */
  gossip: Pick<Gossip, 'takesPart' | 'reaches'> | undefined
  log: Log
  /** Milliseconds since 1970. */
  clock: () => number
  random: () => number
  logger: Logger
}

/** How to pull. */
export interface PullingInit {
  /** Whether streams stay live; otherwise each round ends and is repeated. */
  push: boolean
  /** Time between rounds when streams do not stay live. */
  intervalMs: number
}

/** How many peers are followed, and how. */
export interface Following {
  /** By heads, beside gossip. */
  heads: number
  /** By messages, because gossip does not reach them. */
  messages: number
}

/** The pulls from one peer, one after the other. */
interface Pull {
  readonly peer: PeerId
  readonly stop: AbortController
  /** What the stream under way stays for; undefined while it catches up. */
  live: 0 | Live | undefined
  /** When all that the peer told of was here last, in milliseconds since 1970; undefined before the first time. */
  roundAt: number | undefined
  /** Ends the stream under way, so that another begins. */
  again: AbortController
  ended: Promise<void>
}

/** Whoever is connected is pulled from; whoever wants our data pulls from us on a stream of their own. */
export class Pulling {
  readonly #components: PullingComponents
  readonly #init: PullingInit
  readonly #pulls = new Map<string, Pull>()
  readonly #servers = new LiveServers()
  #stopListening: () => void = () => {}

  constructor(components: PullingComponents, init: PullingInit) {
    this.#components = components
    this.#init = init
  }

  start(): void {
    const { libp2p } = this.#components
    libp2p.addEventListener('peer:connect', this.#connected)
    libp2p.addEventListener('peer:disconnect', this.#disconnected)
    this.#stopListening = this.#components.log.selection.onChange(this.beginAnew)
    for (const peer of libp2p.getPeers()) this.#begin(peer)
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    const { libp2p } = this.#components
    libp2p.removeEventListener('peer:connect', this.#connected)
    libp2p.removeEventListener('peer:disconnect', this.#disconnected)
    this.#stopListening()
    const pulls = [...this.#pulls.values()]
    this.#pulls.clear()
    for (const { stop } of pulls) stop.abort()
    await Promise.all(pulls.map(({ ended }) => ended))
  }

  /** Live streams, by what they carry. */
  following(): Following {
    const lives = [...this.#pulls.values()].map(({ live }) => live)
    return { heads: lives.filter((live) => live === 1).length, messages: lives.filter((live) => live === 2).length }
  }

  /** When everything that a peer told of was here last, since it connected; in milliseconds since 1970. */
  lastRoundWith(peer: string): number | undefined {
    return this.#pulls.get(peer)?.roundAt
  }

  /** Gossip reaches this peer, or does so no more. */
  reconsider(peer: PeerId): void {
    const pull = this.#pulls.get(peer.toString())
    if (pull !== undefined) this.#reconsider(pull)
  }

  /** Something else is selected, or missing: a stream keeps the scope that it began with, so each makes way for another, as does each pause. */
  readonly beginAnew = (): void => {
    for (const { again } of this.#pulls.values()) again.abort()
  }

  readonly #connected = ({ detail }: CustomEvent<PeerId>): void => this.#begin(detail)

  readonly #disconnected = ({ detail }: CustomEvent<PeerId>): void => {
    const name = detail.toString()
    this.#pulls.get(name)?.stop.abort()
    this.#pulls.delete(name)
    if (this.#servers.forget(name)) for (const pull of this.#pulls.values()) this.#reconsider(pull)
  }

  /**
   * `Want.live` is said once (protocols/replicate/1, §6), so a stream that stays for what is no longer right makes way for another. One that
   * still catches up chooses when it has.
   */
  #reconsider(pull: Pull): void {
    if (pull.live !== undefined && pull.live !== this.#liveFor(pull.peer)) pull.again.abort()
  }

  #begin(peer: PeerId): void {
    const name = peer.toString()
    if (this.#pulls.has(name)) return
    const [stop, again] = [new AbortController(), new AbortController()]
    const pull: Pull = { peer, stop, again, live: undefined, roundAt: undefined, ended: Promise.resolve() }
    this.#pulls.set(name, pull)
    pull.ended = this.#keepPulling(pull)
  }

  async #keepPulling(pull: Pull): Promise<void> {
    const { clock, random, logger } = this.#components
    const { signal } = pull.stop
    let failures = 0
    // A live pull that breaks after days of service is a first failure, not one more.
    const onRound = (): void => {
      failures = 0
      pull.roundAt = clock()
    }
    while (!signal.aborted) {
      let retryMs = 0
      try {
        await this.#pullOnce(pull, onRound)
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        failures++
        retryMs = sentAwayFor(error)
        logger.debug({ peer: pull.peer.toString(), failures, reason: (error as Error).message }, 'pull ended')
      }
      const pause = failures > 0 || this.#init.push ? waitBeforeRetry(failures, random) : this.#init.intervalMs
      await pauseBeforeRetry(Math.max(pause, retryMs), AbortSignal.any([signal, pull.again.signal]))
    }
  }

  async #pullOnce(pull: Pull, onRound: () => void): Promise<void> {
    const { peer, stop } = pull
    pull.again = new AbortController()
    const signal = AbortSignal.any([stop.signal, pull.again.signal])
    const live = (): 0 | Live => {
      pull.live = this.#liveFor(peer)
      return pull.live
    }
    const onMessages = (): void => this.#heard(pull)
    try {
      await this.#components.replicate.pull(peer, { live, onRound, onMessages, signal })
    } finally {
      pull.live = undefined
    }
  }

  #liveFor(peer: PeerId): 0 | Live {
    const { gossip, clock } = this.#components
    const name = peer.toString()
    if (this.#init.push && gossip?.takesPart !== true) return this.#servers.choose(name, clock()) ? 2 : 1
    this.#servers.forget(name)
    if (!this.#init.push) return 0
    return gossip?.reaches(peer) ? 1 : 2
  }

  /** What a peer followed by heads brings, a server should have brought before. */
  #heard(pull: Pull): void {
    if (pull.live === undefined || this.#components.gossip?.takesPart === true) return
    const silent = this.#servers.heard(pull.peer.toString(), this.#components.clock())
    const replaced = silent === undefined ? undefined : this.#pulls.get(silent)
    if (replaced === undefined) return
    this.#reconsider(replaced)
    this.#reconsider(pull)
  }
}

/** With these codes `details.retryMs` says when to come back. */
const SENT_AWAY: ReadonlySet<string> = new Set(['REPLICATE_BUSY', 'REPLICATE_BUDGET_SPENT'])

/** How long a busy server asks to be left alone; replicate/ bounds it. */
function sentAwayFor(error: unknown): number {
  if (!(error instanceof ReplicateError) || !SENT_AWAY.has(error.code)) return 0
  const { retryMs } = error.details
  return typeof retryMs === 'number' ? retryMs : 0
}
