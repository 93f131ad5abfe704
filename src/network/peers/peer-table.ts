// The peers this node knows: from flags, from the API, and those that dialled us. Merged by address; a manual one is never overwritten.

import { peerIdFromString } from '@libp2p/peer-id'
import { NetworkError } from '../errors.ts'
import { parsePeerAddress } from './address.ts'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Ban, Bans } from './bans.ts'
import type { Conduct } from './conduct.ts'
import type { Dialler } from './dialler.ts'
import type { KnownPeer, PeerSource, PeerState, PeerStore } from './known-peer.ts'

/** One row, as the API and the command line show it. */
export interface PeerView {
  address: string
  /** The feed that this peer signs; known once it was connected. */
  publicKey: Uint8Array | undefined
  peerId: string | undefined
  source: PeerSource
  state: PeerState
  /** Round trip of the last ping, in milliseconds. */
  latencyMs: number | undefined
  /** Milliseconds since 1970. */
  lastContact: number | undefined
  lastError: string | undefined
  /** While it is banned. */
  ban: Ban | undefined
}

/** What the table works with. */
export interface PeerTableComponents {
  libp2p: Libp2p
  dialler: Dialler
  bans: Bans
  conduct: Conduct
  peerStore: PeerStore
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Addresses that one node keeps dialling; each costs a timer and now and then a socket. */
export const KNOWN_PEERS_MAX = 1_000

/** Known peers and what becomes of them. */
export class PeerTable {
  readonly #components: PeerTableComponents
  readonly #peers = new Map<string, KnownPeer>()

  constructor(components: PeerTableComponents) {
    this.#components = components
  }

  /** Starts dialling the peers given by flags, then those stored by the API. */
  start(flagged: readonly string[]): void {
    for (const address of flagged) this.#keep(address, 'flag')
    for (const address of this.#components.peerStore.addresses()) this.#keep(address, 'api')
  }

  /**
   * Adds a peer for good and dials it at once. One that is known stays as it is; one known from a flag is still known without it.
   *
   * @throws NetworkError `PEER_ADDRESS_INVALID`, `PEER_TABLE_FULL`, and what the store throws; nothing is dialled then
   */
  add(address: string): PeerView {
    const { text } = parsePeerAddress(address)
    const known = this.#peers.get(text)
    if (known === undefined && this.#peers.size >= KNOWN_PEERS_MAX) throw tableFull()
    if (known?.source !== 'api') this.#components.peerStore.add(text, this.#components.clock())
    return this.#view(known ?? this.#keep(text, 'api'))
  }

  /**
   * Forgets a peer and hangs up.
   *
   * @throws NetworkError `PEER_ADDRESS_INVALID`, `PEER_UNKNOWN`, `PEER_FROM_CONFIG`
   */
  async remove(address: string): Promise<void> {
    const { text } = parsePeerAddress(address)
    const peer = this.#peers.get(text)
    if (peer === undefined) throw unknown(text)
    if (peer.source === 'flag') throw fromConfig(text)
    this.#components.peerStore.remove(text)
    this.#peers.delete(text)
    await this.#components.dialler.release(peer)
    if (!this.#isKeptElsewhere(peer)) await this.#hangUp(peer)
  }

  /** The bans in force. */
  bans(): Ban[] {
    return this.#components.bans.list()
  }

  /**
   * Lifts a ban; a peer that we know is dialled at once.
   *
   * @throws NetworkError `PEER_NOT_BANNED`
   */
  async pardon(peerId: string): Promise<void> {
    const { conduct, dialler } = this.#components
    if (!conduct.pardon(peerId)) throw notBanned(peerId)
    for (const peer of this.#peers.values()) {
      if (peer.peerId !== peerId) continue
      await dialler.release(peer)
      dialler.keep(peer)
    }
  }

  /** All rows: the kept ones, then peers that dialled us from addresses we do not know, then those that may not. */
  list(): PeerView[] {
    const kept = [...this.#peers.values()]
    const keptIds = new Set(kept.map(({ peerId }) => peerId))
    const met = this.#components.libp2p.getConnections().filter(({ remotePeer }) => !keptIds.has(remotePeer.toString()))
    const metOnce = new Map(met.map((connection) => [connection.remotePeer.toString(), connection]))
    const banned = this.bans().filter(({ peer }) => !keptIds.has(peer) && !metOnce.has(peer))
    return [
      ...kept.map((peer) => this.#view(peer)),
      ...[...metOnce.values()].map((connection) => this.#viewOfMet(connection)),
      ...banned.map(viewOfBanned),
    ]
  }

  #keep(text: string, source: PeerSource): KnownPeer {
    const address = parsePeerAddress(text)
    const known = this.#peers.get(address.text)
    if (known !== undefined) return known
    const peer: KnownPeer = {
      address,
      source,
      state: 'dialling',
      peerId: undefined,
      lastContact: undefined,
      lastError: undefined,
    }
    this.#peers.set(address.text, peer)
    this.#components.dialler.keep(peer)
    return peer
  }

  #isKeptElsewhere({ peerId }: KnownPeer): boolean {
    return [...this.#peers.values()].some((other) => other.peerId === peerId)
  }

  async #hangUp(peer: KnownPeer): Promise<void> {
    await Promise.all(this.#connectionsOf(peer).map((connection) => connection.close()))
  }

  #connectionsOf({ peerId }: KnownPeer): Connection[] {
    if (peerId === undefined) return []
    return this.#components.libp2p.getConnections().filter(({ remotePeer }) => remotePeer.toString() === peerId)
  }

  #view(peer: KnownPeer): PeerView {
    const [connection] = this.#connectionsOf(peer)
    const ban = peer.peerId === undefined ? undefined : this.#components.bans.of(peer.peerId)
    return {
      address: peer.address.text,
      publicKey: connection?.remotePeer.publicKey?.raw,
      peerId: peer.peerId,
      source: peer.source,
      state: connection !== undefined ? 'live' : ban === undefined ? peer.state : 'banned',
      latencyMs: connection?.rtt,
      lastContact: connection === undefined ? peer.lastContact : this.#components.clock(),
      lastError: connection === undefined ? peer.lastError : undefined,
      ban,
    }
  }

  #viewOfMet({ remoteAddr, remotePeer, rtt }: Connection): PeerView {
    return {
      address: remoteAddr.toString(),
      publicKey: remotePeer.publicKey?.raw,
      peerId: remotePeer.toString(),
      source: 'met',
      state: 'live',
      latencyMs: rtt,
      lastContact: this.#components.clock(),
      lastError: undefined,
      ban: undefined,
    }
  }
}

/** A peer that dialled us, before it was banned. */
function viewOfBanned(ban: Ban): PeerView {
  return {
    address: `/p2p/${ban.peer}`,
    publicKey: peerIdFromString(ban.peer).publicKey?.raw,
    peerId: ban.peer,
    source: 'met',
    state: 'banned',
    latencyMs: undefined,
    lastContact: ban.since,
    lastError: undefined,
    ban,
  }
}

function notBanned(peer: string): NetworkError {
  return new NetworkError('PEER_NOT_BANNED', `The peer ${peer} is not banned.`, { peer })
}

function unknown(address: string): NetworkError {
  return new NetworkError('PEER_UNKNOWN', `No peer ${address} is known. "egregore peers" lists those that are.`, {
    address,
  })
}

function fromConfig(address: string): NetworkError {
  const message = `Peer ${address} comes from --peer or the configuration. Remove it there and restart; removing it here would not last.`
  return new NetworkError('PEER_FROM_CONFIG', message, { address })
}

function tableFull(): NetworkError {
  const message = `${KNOWN_PEERS_MAX} peers are known already. Remove one first.`
  return new NetworkError('PEER_TABLE_FULL', message, { limit: KNOWN_PEERS_MAX })
}
