// Keeps the peers of the table connected: each has one loop that dials, waits for the line to drop, backs off, and dials again, for as long as
// its source is worth it.

import { peerIdFromString } from '@libp2p/peer-id'
import { capabilityCauseOf } from '../capability/index.ts'
import { Attempts } from './attempts.ts'
import { pauseBeforeRetry, waitBeforeRetry } from './backoff.ts'
import { explainDialFailure, HUNG_UP, OWN_IDENTITY } from './dial-failure.ts'
import { isFound } from './known-peer.ts'
import { patienceWith } from './patience.ts'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Logger } from '../../logger.ts'
import type { Ban, Bans } from './bans.ts'
import type { DialFailure } from './dial-failure.ts'
import type { KnownPeer } from './known-peer.ts'
import type { Patience } from './patience.ts'

/** One dial, name resolution included; the gate itself has 5 s of it. */
const DIAL_TIMEOUT_MS = 15_000

/** A ban is looked at again after so long: the clock may have been set, and the end may be further away than a timer goes. */
const BAN_PAUSE_MS_MAX = 60_000

/** A connection that the other side closes sooner was none. */
const STANDS_AFTER_MS = 2_000

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
  /** Connections that this node opens at once. Peers that were only found are also dialled while fewer than this are connected, and no longer. */
  connectionsMax: number
  /** How many network keys there are: a peer may know any of them. */
  networkKeys: number
}

/** A connection, and the address that led to it when it was us who dialled. */
interface Line {
  connection: Connection
  address?: string
}

/** Dials known peers at once when they are added, and again whenever they are lost. */
export class Dialler {
  readonly #components: DiallerComponents
  readonly #init: DiallerInit
  /** The last dial to each address of each peer. */
  readonly attempts: Attempts
  readonly #loops = new Map<KnownPeer, { stop: AbortController; ended: Promise<void> }>()

  constructor(components: DiallerComponents, init: DiallerInit) {
    this.#components = components
    this.#init = init
    this.attempts = new Attempts(components.clock)
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
      const line = await this.#connect(peer, signal)
      failures = (await this.#stood(peer, line, signal)) ? 0 : failures + 1
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
    if (this.#standingConnection(peer) !== undefined) return true
    return this.#components.libp2p.getPeers().length < connectedMax && this.#hasLineFor(peer)
  }

  /** Whether one more connection may be opened. Who was named by a person takes the line of one that was only found. */
  #hasLineFor({ source }: KnownPeer): boolean {
    const ours = this.#components.libp2p.getConnections().filter(({ direction }) => direction === 'outbound')
    if (ours.length < this.#init.connectionsMax) return true
    const foundIds = new Set([...this.#loops.keys()].flatMap((peer) => (isFound(peer.source) ? peer.peerId : [])))
    const line = isFound(source) ? undefined : ours.find(({ remotePeer }) => foundIds.has(remotePeer.toString()))
    void line?.close()
    return line !== undefined
  }

  /** Whether the other end has probably found us too, and is the one to dial. */
  #yieldsTo({ source, peerId }: KnownPeer): boolean {
    return isFound(source) && peerId !== undefined && this.#components.libp2p.peerId.toString() > peerId
  }

  /** Behind an address without PeerId anybody may answer: the one who did so last is taken for it. */
  #banOf({ peerId }: KnownPeer): Ban | undefined {
    return peerId === undefined ? undefined : this.#components.bans.of(peerId)
  }

  async #connect(peer: KnownPeer, signal: AbortSignal): Promise<Line | undefined> {
    peer.state = 'dialling'
    const standing = this.#standingConnection(peer)
    const line = standing === undefined ? await this.#dial(peer, signal) : { connection: standing }
    if (line === undefined) return undefined
    peer.state = 'live'
    peer.peerId = line.connection.remotePeer.toString()
    peer.lastError = undefined
    return line
  }

  /** A peer that dialled us first needs no second line. */
  #standingConnection({ peerId }: KnownPeer): Connection | undefined {
    if (peerId === undefined) return undefined
    return this.#components.libp2p.getConnections(peerIdFromString(peerId)).find(({ status }) => status === 'open')
  }

  /** Tries its addresses one after the other, so that each has an outcome of its own. */
  async #dial(peer: KnownPeer, signal: AbortSignal): Promise<Line | undefined> {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)])
    const failures: DialFailure[] = []
    for (const multiaddr of peer.multiaddrs) {
      const address = multiaddr.toString()
      try {
        deadline.throwIfAborted()
        const connection = await this.#dialByAnyKey(multiaddr, deadline)
        this.attempts.note(peer, address)
        return { connection, address }
      } catch (error) {
        if (signal.aborted) return undefined
        const failure = explainDialFailure(error)
        this.attempts.note(peer, address, failure)
        failures.push(failure)
      }
    }
    // The first address is the one that is most likely right.
    if (failures[0] !== undefined) this.#note(peer, failures[0])
    return undefined
  }

  /** The gate greets with the next key each time that a peer hangs up on a hello (protocols/capability/1, §9). */
  async #dialByAnyKey(address: Multiaddr, signal: AbortSignal): Promise<Connection> {
    for (let left = this.#init.networkKeys - 1; ; left--) {
      try {
        return await this.#dialAddress(address, signal)
      } catch (error) {
        if (left === 0 || capabilityCauseOf(error) !== 'CAPABILITY_UNANSWERED') throw error
      }
    }
  }

  async #dialAddress(address: Multiaddr, signal: AbortSignal): Promise<Connection> {
    const { libp2p } = this.#components
    const connection = await libp2p.dial(address, { signal })
    if (!connection.remotePeer.equals(libp2p.peerId)) return connection
    const error = new Error(OWN_IDENTITY)
    connection.abort(error)
    throw error
  }

  /** Waits until a connection is closed. Answers whether there was one that deserves the name. */
  async #stood(peer: KnownPeer, line: Line | undefined, signal: AbortSignal): Promise<boolean> {
    if (line === undefined) return false
    const { clock } = this.#components
    const since = clock()
    const end = await closed(line.connection, signal)
    peer.lastContact = clock()
    if (line.address === undefined || end === 'ours' || peer.lastContact - since >= STANDS_AFTER_MS) return true
    this.#note(peer, HUNG_UP)
    this.attempts.note(peer, line.address, HUNG_UP)
    return false
  }

  #note(peer: KnownPeer, { reason }: DialFailure): void {
    // Said once per reason: a peer that is off for a week would otherwise fill the log.
    const level = peer.lastError === reason ? 'debug' : 'info'
    peer.lastError = reason
    this.#components.logger[level]({ address: peer.address, reason }, 'peer could not be dialled')
  }
}

/** Resolves with who closed it. Leaves no listener behind: a peer's signal outlives all its connections. */
function closed(connection: Connection, signal: AbortSignal): Promise<'ours' | 'theirs'> {
  return new Promise((resolve) => {
    const over = (event?: Event): void => {
      connection.removeEventListener('close', over)
      signal.removeEventListener('abort', over)
      const isOurs = signal.aborted || (event !== undefined && 'local' in event && event.local === true)
      resolve(isOurs ? 'ours' : 'theirs')
    }
    if (connection.status === 'closed' || signal.aborted) return over()
    connection.addEventListener('close', over)
    signal.addEventListener('abort', over)
  })
}
