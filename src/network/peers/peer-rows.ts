// What is known of a peer at this moment, as a row: of its connection, where there is one, or of the last try, or of its ban.

import { peerIdFromString } from '@libp2p/peer-id'
import { authorFromKey, FeedError } from '../../feed/index.ts'
import { NetworkError } from '../errors.ts'
import { parsePeerAddress } from './address.ts'
import { Agents } from './agents.ts'
import { pathOf } from './path.ts'
import { unknown } from './peer-errors.ts'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { Author } from '../../feed/index.ts'
import type { Ban, Bans } from './bans.ts'
import type { KnownPeer, PeerSource } from './known-peer.ts'
import type { MeshView, PeerView } from './peer-view.ts'

/** What rows are made of. */
export interface PeerRowsComponents {
  libp2p: Libp2p
  bans: Pick<Bans, 'of'>
  /** How many messages a peer told of that are not here yet. */
  lagBehind: (peerId: string) => number | undefined
  /** Whether a peer came in by another network key than the one we speak with. */
  hasOlderKey: (peerId: string) => boolean
  /** When everything that a peer told of was here last, since it connected. */
  lastRoundWith: (peerId: string) => number | undefined
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Makes rows of one node's peers. */
export class PeerRows {
  readonly #components: PeerRowsComponents
  readonly #agents: Agents

  constructor(components: PeerRowsComponents) {
    this.#components = components
    this.#agents = new Agents(components.libp2p)
  }

  of(peer: KnownPeer): PeerView {
    const { address, source, peerId, lastContact, lastError } = peer
    const connection = shortest(this.connectionsOf(peer))
    if (connection !== undefined) return this.ofLive(connection, address, source)
    const ban = peerId === undefined ? undefined : this.#components.bans.of(peerId)
    const state = ban === undefined ? peer.state : 'banned'
    return { ...NOTHING_KNOWN, address, peerId, source, state, lastContact, lastError, ban, author: authorOf(peerId) }
  }

  ofLive({ remoteAddr, remotePeer, rtt }: Connection, address: string, source: PeerSource): PeerView {
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
      lastRound: this.#components.lastRoundWith(peerId),
      agent: this.#agents.of(peerId),
      hasOlderKey: this.#components.hasOlderKey(peerId),
      lastContact: this.#components.clock(),
    }
  }

  /** One row for all that are of one peer. The row that says most stands for it: a connection, then a ban, then the first address. */
  meshed(rows: readonly PeerView[]): MeshView {
    const view = rows.find(({ state }) => state === 'live') ?? rows.find(({ ban }) => ban !== undefined) ?? rows[0]
    if (view === undefined) throw unknown('')
    const connected = this.connectionsOf(view).map(({ remoteAddr }) => remoteAddr.toString())
    return { ...view, addresses: [...new Set([...connected, ...rows.map(({ address }) => address)])] }
  }

  connectionsOf({ peerId }: Pick<KnownPeer, 'peerId'>): Connection[] {
    if (peerId === undefined) return []
    return this.#components.libp2p.getConnections().filter(({ remotePeer }) => remotePeer.toString() === peerId)
  }
}

/** A peer that dialled us, before it was banned. */
export function rowOfBanned(ban: Ban): PeerView {
  const { peer, since } = ban
  const known = { address: `/p2p/${peer}`, author: authorOf(peer), peerId: peer, lastContact: since, ban }
  return { ...NOTHING_KNOWN, ...known, source: 'met', state: 'banned' }
}

/** Whether somebody who says this means the peer of this row. */
export function isMeant({ address, peerId, author }: PeerView, name: string): boolean {
  if (name === '') return false
  return [address, peerId, author].includes(name) || textOf(name) === address
}

const NOTHING_KNOWN = {
  author: undefined,
  path: undefined,
  latencyMs: undefined,
  lag: undefined,
  lastRound: undefined,
  agent: undefined,
  hasOlderKey: false,
  lastContact: undefined,
  lastError: undefined,
  ban: undefined,
}

/** Ours have their key in their PeerId; a key need not be one that can sign a feed. */
export function authorOf(peerId: string | undefined): Author | undefined {
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
