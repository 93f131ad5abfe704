// The peers this node knows: from flags, from the API, found, and those that dialled us. Who was named by a person is never overwritten.

import { peerIdFromString } from '@libp2p/peer-id'
import { NetworkError } from '../errors.ts'
import { parsePeerAddress } from './address.ts'
import { FoundPeers } from './found-peers.ts'
import { isFound } from './known-peer.ts'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Ban, Bans } from './bans.ts'
import type { Conduct } from './conduct.ts'
import type { Dialler } from './dialler.ts'
import type { FoundPeer } from './found-peers.ts'
import type { FoundSource, KnownPeer, MetPeerStore, PeerSource, PeerState, PeerStore } from './known-peer.ts'

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
  metPeerStore: MetPeerStore
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Addresses from flags. */
export interface ConfiguredPeers {
  /** Kept connected for ever. */
  peers: readonly string[]
  /** Entry points, dialled while few others are connected. */
  bootstrap: readonly string[]
}

/** Addresses that one node keeps dialling; each costs a timer and now and then a socket. */
export const KNOWN_PEERS_MAX = 1_000

/** Known peers and what becomes of them. */
export class PeerTable {
  readonly #components: PeerTableComponents
  /** Named by a person, by address. */
  readonly #named = new Map<string, KnownPeer>()
  readonly #configured = new Set<string>()
  readonly #found: FoundPeers

  constructor(components: PeerTableComponents) {
    this.#components = components
    this.#found = new FoundPeers(components)
  }

  /** Starts dialling the peers given by flags, then those stored by the API. */
  start({ peers, bootstrap }: ConfiguredPeers): void {
    for (const address of [...peers, ...bootstrap]) this.#configured.add(parsePeerAddress(address).text)
    for (const address of peers) this.#keep(address, 'flag')
    for (const address of this.#components.peerStore.addresses()) this.#keep(address, 'api')
    for (const address of bootstrap) this.#keep(address, 'bootstrap')
  }

  /**
   * Adds a peer for good and dials it at once. One that is known stays as it is; one known from a flag is still known without it.
   *
   * @throws NetworkError `PEER_ADDRESS_INVALID`, `PEER_TABLE_FULL`, and what the store throws; nothing is dialled then
   */
  add(address: string): PeerView {
    const { text } = parsePeerAddress(address)
    const known = this.#named.get(text)
    if (known === undefined && this.#named.size >= KNOWN_PEERS_MAX) throw tableFull()
    if (known?.source !== 'api') this.#components.peerStore.add(text, this.#components.clock())
    if (known?.source === 'bootstrap') known.source = 'api'
    return this.#view(known ?? this.#keep(text, 'api'))
  }

  /** Dials a peer that discovery found, as long as that is worth it. One that a person named stays as that person named it. */
  found(peer: FoundPeer, source: FoundSource): void {
    if (peer.peerId === this.#components.libp2p.peerId.toString() || this.#isNamed(peer.peerId)) return
    this.#found.add(peer, source)
  }

  /**
   * Forgets a peer and hangs up.
   *
   * @throws NetworkError `PEER_ADDRESS_INVALID`, `PEER_UNKNOWN`, `PEER_FROM_CONFIG`
   */
  async remove(address: string): Promise<void> {
    const { text } = parsePeerAddress(address)
    const peer = this.#named.get(text) ?? this.#found.find(text)
    if (peer === undefined) throw unknown(text)
    if (this.#configured.has(text)) throw fromConfig(text)
    if (isFound(peer.source)) await this.#found.remove(peer)
    else {
      this.#components.peerStore.remove(text)
      this.#named.delete(text)
      await this.#components.dialler.release(peer)
    }
    if (peer.peerId !== undefined) this.#components.metPeerStore.forget(peer.peerId)
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
    for (const peer of [...this.#named.values(), ...this.#found.list()]) {
      if (peer.peerId !== peerId) continue
      await dialler.release(peer)
      dialler.keep(peer)
    }
  }

  /**
   * All rows: those that a person named, those that were found, then peers that dialled us from addresses we do not know, then those that may
   * not.
   */
  list(): PeerView[] {
    const named = [...this.#named.values()]
    const namedIds = new Set(named.map(({ peerId }) => peerId))
    const kept = [...named, ...this.#found.list().filter(({ peerId }) => !namedIds.has(peerId))]
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
    const known = this.#named.get(address.text)
    if (known !== undefined) return known
    const peer: KnownPeer = {
      address: address.text,
      multiaddrs: [address.multiaddr],
      source,
      state: 'dialling',
      peerId: undefined,
      lastContact: undefined,
      lastError: undefined,
    }
    this.#named.set(address.text, peer)
    this.#components.dialler.keep(peer)
    return peer
  }

  #isNamed(peerId: string): boolean {
    return [...this.#named.values()].some((peer) => peer.peerId === peerId)
  }

  #isKeptElsewhere({ peerId }: KnownPeer): boolean {
    return [...this.#named.values(), ...this.#found.list()].some((other) => other.peerId === peerId)
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
      address: peer.address,
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
  const message = `Peer ${address} comes from --peer, --bootstrap or the configuration. Remove it there and restart; removing it here would not last.`
  return new NetworkError('PEER_FROM_CONFIG', message, { address })
}

function tableFull(): NetworkError {
  const message = `${KNOWN_PEERS_MAX} peers are known already. Remove one first.`
  return new NetworkError('PEER_TABLE_FULL', message, { limit: KNOWN_PEERS_MAX })
}
