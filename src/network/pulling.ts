// Keeps one pull going from every connected peer: catch up, stay live, and begin again when the stream ends.

import { pauseBeforeRetry, waitBeforeRetry } from './peers/index.ts'
import { ReplicateError } from './replicate/index.ts'
import type { Libp2p, PeerId } from '@libp2p/interface'
import type { Logger } from '../logger.ts'
import type { Replicate } from './replicate/index.ts'

/** What pulling works with. */
export interface PullingComponents {
  libp2p: Libp2p
  replicate: Replicate
  random: () => number
  logger: Logger
}

/** How to pull. */
export interface PullingInit {
  /** Whether peers push new messages down the stream; otherwise each round ends and is repeated. */
  push: boolean
  /** Time between rounds when peers do not push. */
  intervalMs: number
}

/** Whoever is connected is pulled from; whoever wants our data pulls from us on a stream of their own. */
export class Pulling {
  readonly #components: PullingComponents
  readonly #init: PullingInit
  readonly #pulls = new Map<string, { stop: AbortController; ended: Promise<void> }>()

  constructor(components: PullingComponents, init: PullingInit) {
    this.#components = components
    this.#init = init
  }

  start(): void {
    const { libp2p } = this.#components
    libp2p.addEventListener('peer:connect', this.#connected)
    libp2p.addEventListener('peer:disconnect', this.#disconnected)
    for (const peer of libp2p.getPeers()) this.#begin(peer)
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    const { libp2p } = this.#components
    libp2p.removeEventListener('peer:connect', this.#connected)
    libp2p.removeEventListener('peer:disconnect', this.#disconnected)
    const pulls = [...this.#pulls.values()]
    this.#pulls.clear()
    for (const { stop } of pulls) stop.abort()
    await Promise.all(pulls.map(({ ended }) => ended))
  }

  readonly #connected = ({ detail }: CustomEvent<PeerId>): void => this.#begin(detail)

  readonly #disconnected = ({ detail }: CustomEvent<PeerId>): void => {
    this.#pulls.get(detail.toString())?.stop.abort()
    this.#pulls.delete(detail.toString())
  }

  #begin(peer: PeerId): void {
    const name = peer.toString()
    if (this.#pulls.has(name)) return
    const stop = new AbortController()
    this.#pulls.set(name, { stop, ended: this.#keepPulling(peer, stop.signal) })
  }

  async #keepPulling(peer: PeerId, signal: AbortSignal): Promise<void> {
    const { replicate, random, logger } = this.#components
    let failures = 0
    // A live pull that breaks after days of service is a first failure, not one more.
    const onRound = (): void => {
      failures = 0
    }
    while (!signal.aborted) {
      let retryMs = 0
      try {
        await replicate.pull(peer, { live: this.#init.push ? 2 : 0, onRound, signal })
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        failures++
        retryMs = sentAwayFor(error)
        logger.debug({ peer: peer.toString(), failures, reason: (error as Error).message }, 'pull ended')
      }
      const pause = failures > 0 || this.#init.push ? waitBeforeRetry(failures, random) : this.#init.intervalMs
      await pauseBeforeRetry(Math.max(pause, retryMs), signal)
    }
  }
}

/** How long a busy server asks to be left alone; replicate/ bounds it. */
function sentAwayFor(error: unknown): number {
  if (!(error instanceof ReplicateError) || error.code !== 'REPLICATE_BUSY') return 0
  const { retryMs } = error.details
  return typeof retryMs === 'number' ? retryMs : 0
}
