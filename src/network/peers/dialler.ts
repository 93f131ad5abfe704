// Keeps the peers of the table connected: each has one loop that dials, waits for the line to drop, backs off, and dials again, for as long as
// its source is worth it.

import { peerIdFromString } from '@libp2p/peer-id'
import { pauseBeforeRetry, waitBeforeRetry } from './backoff.ts'
import { describeDialFailure, OWN_IDENTITY } from './dial-failure.ts'
import { isFound } from './known-peer.ts'
import { patienceWith } from './patience.ts'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Logger } from '../../logger.ts'
import type { Ban, Bans } from './bans.ts'
import type { KnownPeer } from './known-peer.ts'
import type { Patience } from './patience.ts'

/** One dial, name resolution included; the gate itself has 5 s of it. */
const DIAL_TIMEOUT_MS = 15_000

/** A ban is looked at again after so long: the clock may have been set, and the end may be further away than a timer goes. */
const BAN_PAUSE_MS_MAX = 60_000

/** How soon a peer that is not dialled for want of room is looked at again. */
const ROOM_PAUSE_MS = 5_000

/**
 * Two nodes that find each other do so at the same moment. The one with the greater PeerId waits this long for the other's dial, so that there
 * is one connection and not two.
 */
const HEAD_START_MS = 1_500

/** What the dialler works with. */
export interface DiallerComponents {
  libp2p: Libp2p
  bans: Pick<Bans, 'of'>
  /** Milliseconds since 1970. */
  clock: () => number
  random: () => number
  logger: Logger
}

/** How much to dial. */
export interface DiallerInit {
  /** Peers that were only found are dialled while fewer than this are connected. */
  connectionsMax: number
}

/** Dials known peers at once when they are added, and again whenever they are lost. */
export class Dialler {
  readonly #components: DiallerComponents
  readonly #init: DiallerInit
  readonly #loops = new Map<KnownPeer, { stop: AbortController; ended: Promise<void> }>()

  constructor(components: DiallerComponents, init: DiallerInit) {
    this.#components = components
    this.#init = init
  }

  /** Starts to keep a peer connected, also one that was given up. The first dial to a peer that a person named goes out before this returns. */
  keep(peer: KnownPeer): void {
    if (this.#loops.has(peer)) return
    const stop = new AbortController()
    this.#loops.set(peer, { stop, ended: this.#keepConnected(peer, stop.signal) })
  }

  /** Stops dialling a peer. A connection that stands is left to the caller. */
  async release(peer: KnownPeer): Promise<void> {
    const loop = this.#loops.get(peer)
    this.#loops.delete(peer)
    loop?.stop.abort()
    await loop?.ended
  }

  /** Releases all. Safe to call twice. */
  async stop(): Promise<void> {
    await Promise.all([...this.#loops.keys()].map((peer) => this.release(peer)))
  }

  async #keepConnected(peer: KnownPeer, signal: AbortSignal): Promise<void> {
    let failures = 0
    if (this.#yieldsTo(peer)) await this.#pause(peer, HEAD_START_MS, signal)
    while (!signal.aborted && failures < this.#patienceWith(peer).triesMax) {
      const ban = this.#banOf(peer)
      if (ban !== undefined) {
        peer.state = 'banned'
        await pauseBeforeRetry(Math.min(BAN_PAUSE_MS_MAX, ban.until - this.#components.clock()), signal)
        continue
      }
      if (!this.#hasRoomFor(peer)) {
        await this.#pause(peer, ROOM_PAUSE_MS, signal)
        continue
      }
      const connection = await this.#connect(peer, signal)
      if (connection === undefined) failures++
      else {
        failures = 0
        await this.#untilClosed(peer, connection, signal)
      }
      await this.#pause(peer, waitBeforeRetry(failures, this.#components.random), signal)
    }
    if (signal.aborted) return
    peer.state = 'failed'
    this.#loops.delete(peer)
  }

  async #pause(peer: KnownPeer, ms: number, signal: AbortSignal): Promise<void> {
    peer.state = 'backoff'
    await pauseBeforeRetry(ms, signal)
  }

  #patienceWith({ source }: KnownPeer): Patience {
    return patienceWith(source, this.#init.connectionsMax)
  }

  #hasRoomFor(peer: KnownPeer): boolean {
    const { connectedMax } = this.#patienceWith(peer)
    return this.#standingConnection(peer) !== undefined || this.#components.libp2p.getPeers().length < connectedMax
  }

  /** Whether the other end has probably found us too, and is the one to dial. */
  #yieldsTo({ source, peerId }: KnownPeer): boolean {
    return isFound(source) && peerId !== undefined && this.#components.libp2p.peerId.toString() > peerId
  }

  /** Behind an address without PeerId anybody may answer: the one who did so last is taken for it. */
  #banOf({ peerId }: KnownPeer): Ban | undefined {
    return peerId === undefined ? undefined : this.#components.bans.of(peerId)
  }

  async #connect(peer: KnownPeer, signal: AbortSignal): Promise<Connection | undefined> {
    peer.state = 'dialling'
    try {
      const connection = this.#standingConnection(peer) ?? (await this.#dial(peer, signal))
      peer.state = 'live'
      peer.peerId = connection.remotePeer.toString()
      peer.lastError = undefined
      return connection
    } catch (error) {
      if (!signal.aborted) this.#note(peer, describeDialFailure(error))
      return undefined
    }
  }

  /** A peer that dialled us first needs no second line. */
  #standingConnection({ peerId }: KnownPeer): Connection | undefined {
    if (peerId === undefined) return undefined
    return this.#components.libp2p.getConnections(peerIdFromString(peerId)).find(({ status }) => status === 'open')
  }

  async #dial(peer: KnownPeer, signal: AbortSignal): Promise<Connection> {
    const { libp2p } = this.#components
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
    const connection = await libp2p.dial([...peer.multiaddrs], { signal: deadline })
    if (!connection.remotePeer.equals(libp2p.peerId)) return connection
    connection.abort(new Error(OWN_IDENTITY))
    throw new Error(OWN_IDENTITY)
  }

  async #untilClosed(peer: KnownPeer, connection: Connection, signal: AbortSignal): Promise<void> {
    await closed(connection, signal)
    peer.lastContact = this.#components.clock()
  }

  #note(peer: KnownPeer, reason: string): void {
    // Said once per reason: a peer that is off for a week would otherwise fill the log.
    const level = peer.lastError === reason ? 'debug' : 'info'
    peer.lastError = reason
    this.#components.logger[level]({ address: peer.address, reason }, 'peer could not be dialled')
  }
}

/** Leaves no listener behind: a peer's signal outlives all its connections. */
function closed(connection: Connection, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      connection.removeEventListener('close', over)
      signal.removeEventListener('abort', over)
      resolve()
    }
    if (connection.status === 'closed' || signal.aborted) return resolve()
    connection.addEventListener('close', over)
    signal.addEventListener('abort', over)
  })
}
