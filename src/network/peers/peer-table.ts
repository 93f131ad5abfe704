// The peers this node knows: from flags and file, from the API, found, and those that dialled us. Who was named by a person is never overwritten.

import { parsePeerAddress } from './address.ts'
import { diagnose } from './diagnosis.ts'
import { FoundPeers } from './found-peers.ts'
import { isFound } from './known-peer.ts'
import { fromConfig, notBanned, tableFull, unknown } from './peer-errors.ts'
import { isMeant, PeerRows, rowOfBanned } from './peer-rows.ts'
import type { Ban, Bans } from './bans.ts'
import type { Conduct } from './conduct.ts'
import type { Dialler } from './dialler.ts'
import type { FoundPeer } from './found-peers.ts'
import type { FoundSource, KnownPeer, MetPeerStore, PeerSource, PeerStore } from './known-peer.ts'
import type { PeerRowsComponents } from './peer-rows.ts'
import type { MeshView, PeerReport, PeerView } from './peer-view.ts'
import type { Refusals } from './refusals.ts'

/** What the table works with. */
export interface PeerTableComponents extends PeerRowsComponents {
  dialler: Dialler
  bans: Bans
  conduct: Conduct
  refusals: Pick<Refusals, 'last'>
  peerStore: PeerStore
  metPeerStore: MetPeerStore
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
const KNOWN_PEERS_MAX = 1_000

/** Known peers and what becomes of them. */
export class PeerTable {
  readonly #components: PeerTableComponents
  /** Named by a person, by address. */
  readonly #named = new Map<string, KnownPeer>()
  readonly #configured = new Set<string>()
  readonly #found: FoundPeers
  readonly #rows: PeerRows

  constructor(components: PeerTableComponents) {
    this.#components = components
    this.#found = new FoundPeers(components)
    this.#rows = new PeerRows(components)
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
    if (known === undefined && this.#named.size >= KNOWN_PEERS_MAX) throw tableFull(KNOWN_PEERS_MAX)
    if (known?.source !== 'api') this.#components.peerStore.add(text, this.#components.clock())
    if (known?.source === 'bootstrap') known.source = 'api'
    return this.#rows.of(known ?? this.#keep(text, 'api'))
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
      ...kept.map((peer) => this.#rows.of(peer)),
      ...[...metOnce.values()].map((connection) =>
        this.#rows.ofLive(connection, connection.remoteAddr.toString(), 'met'),
      ),
      ...banned.map(rowOfBanned),
    ]
  }

  /** One row for each peer, with all its addresses. */
  mesh(): MeshView[] {
    return [...Map.groupBy(this.list(), ({ address, peerId }) => peerId ?? address).values()].map((rows) =>
      this.#rows.meshed(rows),
    )
  }

  /**
   * Why a peer is connected, or is not.
   *
   * @param name - an address, a PeerId or an author
   * @throws NetworkError `PEER_UNKNOWN`
   */
  explain(name: string): PeerReport {
    const asked = this.list().find((peer) => isMeant(peer, name.trim()))
    if (asked === undefined) throw unknown(name)
    const { peerId, address } = asked
    const rows = this.list().filter(
      (row) => row === asked || row.address === address || (peerId && row.peerId === peerId),
    )
    const view = this.#rows.meshed(rows)
    const known = [...this.#named.values(), ...this.#found.list()].filter((peer) =>
      rows.some((row) => row.address === peer.address),
    )
    const attempts = known.flatMap((peer) => this.#components.dialler.attempts.of(peer))
    const refusal = this.#components.refusals.last().find(({ peer }) => peer !== undefined && peer === peerId)
    return { ...view, ...diagnose({ view, attempts, refusal }), attempts }
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
    await Promise.all(this.#rows.connectionsOf(peer).map((connection) => connection.close()))
  }
}
