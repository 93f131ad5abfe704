// The peers this node knows: from flags and file, from the API, found, and those that dialled us. Who was named by a person is never overwritten.

import { peerIdFromString } from '@libp2p/peer-id'
import { authorFromKey, FeedError } from '../../feed/index.ts'
import { NetworkError } from '../errors.ts'
import { parsePeerAddress } from './address.ts'
import { Agents } from './agents.ts'
import { diagnose } from './diagnosis.ts'
import { FoundPeers } from './found-peers.ts'
import { isFound } from './known-peer.ts'
import { pathOf } from './path.ts'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Author } from '../../feed/index.ts'
import type { Ban, Bans } from './bans.ts'
import type { Conduct } from './conduct.ts'
import type { Dialler } from './dialler.ts'
import type { FoundPeer } from './found-peers.ts'
import type { FoundSource, KnownPeer, MetPeerStore, PeerSource, PeerStore } from './known-peer.ts'
import type { MeshView, PeerReport, PeerView } from './peer-view.ts'
import type { Refusals } from './refusals.ts'

/** What the table works with. */
export interface PeerTableComponents {
  libp2p: Libp2p
  dialler: Dialler
  bans: Bans
  conduct: Conduct
  refusals: Pick<Refusals, 'last'>
  /** How many messages a peer told of that are not here yet. */
  lagBehind: (peerId: string) => number | undefined
  peerStore: PeerStore
  metPeerStore: MetPeerStore
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Addresses from flags and the configuration file. */
export interface ConfiguredPeers {
  /** Kept connected for ever. */
  peers: readonly string[]
  /** Those of `peers` that stand in the configuration file. */
  filePeers: readonly string[]
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
  readonly #agents: Agents

  constructor(components: PeerTableComponents) {
    this.#components = components
    this.#found = new FoundPeers(components)
    this.#agents = new Agents(components.libp2p)
  }

  /** Starts dialling the peers given by flags and file, then those stored by the API. */
  start({ peers, filePeers, bootstrap }: ConfiguredPeers): void {
    for (const address of [...peers, ...bootstrap]) this.#configured.add(parsePeerAddress(address).text)
    for (const address of peers) this.#keep(address, filePeers.includes(address) ? 'file' : 'flag')
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
      ...[...metOnce.values()].map((connection) =>
        this.#viewOfLive(connection, connection.remoteAddr.toString(), 'met'),
      ),
      ...banned.map(viewOfBanned),
    ]
  }

  /** One row for each peer, with all its addresses. */
  mesh(): MeshView[] {
    return [...Map.groupBy(this.list(), ({ address, peerId }) => peerId ?? address).values()].map((rows) =>
      this.#meshed(rows),
    )
  }

  /**
   * Why a peer is connected, or is not.
   *
   * @param name - an address, a PeerId or an author
   * @throws NetworkError `PEER_UNKNOWN`
   */
  explain(name: string): PeerReport {
    const asked = this.list().find((peer) => isNamed(peer, name.trim()))
    if (asked === undefined) throw unknown(name)
    const { peerId, address } = asked
    const rows = this.list().filter(
      (row) => row === asked || row.address === address || (peerId && row.peerId === peerId),
    )
    const view = this.#meshed(rows)
    const known = [...this.#named.values(), ...this.#found.list()].filter((peer) =>
      rows.some((row) => row.address === peer.address),
    )
    const attempts = known.flatMap((peer) => this.#components.dialler.attempts.of(peer))
    const refusal = this.#components.refusals.last().find(({ peer }) => peer !== undefined && peer === peerId)
    return { ...view, ...diagnose({ view, attempts, refusal }), attempts }
  }

  /** The row that says most stands for the peer: a connection, then a ban, then the first address. */
  #meshed(rows: readonly PeerView[]): MeshView {
    const view = rows.find(({ state }) => state === 'live') ?? rows.find(({ ban }) => ban !== undefined) ?? rows[0]
    if (view === undefined) throw unknown('')
    const connected = this.#connectionsOf(view).map(({ remoteAddr }) => remoteAddr.toString())
    return { ...view, addresses: [...new Set([...connected, ...rows.map(({ address }) => address)])] }
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

  #connectionsOf({ peerId }: Pick<KnownPeer, 'peerId'>): Connection[] {
    if (peerId === undefined) return []
    return this.#components.libp2p.getConnections().filter(({ remotePeer }) => remotePeer.toString() === peerId)
  }

  #view(peer: KnownPeer): PeerView {
    const { address, source, peerId, lastContact, lastError } = peer
    const connection = shortest(this.#connectionsOf(peer))
    if (connection !== undefined) return this.#viewOfLive(connection, address, source)
    const ban = peerId === undefined ? undefined : this.#components.bans.of(peerId)
    const state = ban === undefined ? peer.state : 'banned'
    return { ...NOTHING_KNOWN, address, peerId, source, state, lastContact, lastError, ban, author: authorOf(peerId) }
  }

  #viewOfLive({ remoteAddr, remotePeer, rtt }: Connection, address: string, source: PeerSource): PeerView {
    const peerId = remotePeer.toString()
    return {
      ...NOTHING_KNOWN,
      address,
      author: authorOf(peerId),
      peerId,
      source,
      state: 'live',
      path: pathOf(remoteAddr),
      latencyMs: rtt,
      lag: this.#components.lagBehind(peerId),
      agent: this.#agents.of(peerId),
      lastContact: this.#components.clock(),
    }
  }
}

const NOTHING_KNOWN = {
  author: undefined,
  path: undefined,
  latencyMs: undefined,
  lag: undefined,
  agent: undefined,
  lastContact: undefined,
  lastError: undefined,
  ban: undefined,
}

/** Whether somebody who says this means that peer. */
function isNamed({ address, peerId, author }: PeerView, name: string): boolean {
  if (name === '') return false
  return [address, peerId, author].includes(name) || textOf(name) === address
}

/** Ours have their key in their PeerId; a key need not be one that can sign a feed. */
function authorOf(peerId: string | undefined): Author | undefined {
  const key = peerId === undefined ? undefined : peerIdFromString(peerId).publicKey?.raw
  try {
    return key && authorFromKey(key)
  } catch (error) {
    if (error instanceof FeedError) return undefined
    throw error
  }
}

/** As an address is kept; undefined for what is none. */
function textOf(address: string): string | undefined {
  try {
    return parsePeerAddress(address).text
  } catch (error) {
    if (error instanceof NetworkError) return undefined
    throw error
  }
}

/** A direct line says more of a peer than one through a relay. */
function shortest(connections: readonly Connection[]): Connection | undefined {
  return connections.find(({ remoteAddr }) => pathOf(remoteAddr) !== 'relayed') ?? connections[0]
}

/** A peer that dialled us, before it was banned. */
function viewOfBanned(ban: Ban): PeerView {
  const { peer, since } = ban
  const known = { address: `/p2p/${peer}`, author: authorOf(peer), peerId: peer, lastContact: since, ban }
  return { ...NOTHING_KNOWN, ...known, source: 'met', state: 'banned' }
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
