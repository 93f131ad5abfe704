// Who may have a connection at all: asked by libp2p before the capability gate (by address) and right behind it (by identity), and in either
// case before any protocol runs.

import { isMetadataService } from '../../util/index.ts'
import { sourceOf } from '../capability/index.ts'
import {
  CONNECTIONS_INBOUND_MAX,
  CONNECTIONS_INBOUND_OF_ONE_HOST_MAX,
  CONNECTIONS_INBOUND_OF_ONE_PEER_MAX,
} from './constants.ts'
import { Strangers } from './strangers.ts'
import type { Connection, ConnectionGater, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Bans } from './bans.ts'
import type { PeerCause, Refusals } from './refusals.ts'

/** What the gater works with. */
export interface GaterInit {
  bans: Pick<Bans, 'of'>
  refusals: Pick<Refusals, 'note'>
  /** All connections that stand. */
  connections: () => Pick<Connection, 'direction' | 'remoteAddr' | 'remotePeer'>[]
}

/** The connection gater of a node. */
export function gaterOf({ bans, refusals, connections }: GaterInit): ConnectionGater {
  const inbound = () => connections().filter(({ direction }) => direction === 'inbound')
  const refuse = (cause: PeerCause | undefined, address: Multiaddr, peer?: PeerId): boolean => {
    if (cause === undefined) return false
    refusals.note({ cause, address: address.toString(), peer: peer?.toString() })
    return true
  }
  const noPlaceFor = (address: Multiaddr): PeerCause | undefined => {
    const standing = inbound()
    if (standing.length >= CONNECTIONS_INBOUND_MAX) return 'no_place'
    const source = sourceOf(address)
    const ofSource = standing.filter(({ remoteAddr }) => source !== undefined && sourceOf(remoteAddr) === source)
    return ofSource.length >= CONNECTIONS_INBOUND_OF_ONE_HOST_MAX ? 'too_many_from_host' : undefined
  }
  const strangers = new Strangers(({ remoteAddr }) => refuse('unfinished', remoteAddr))
  const isGreedy = (peer: PeerId) =>
    inbound().filter(({ remotePeer }) => remotePeer.equals(peer)).length >= CONNECTIONS_INBOUND_OF_ONE_PEER_MAX

  return {
    // Peers say where they are, and libp2p dials some of them by itself: relays, and members on a walk through the DHT.
    denyDialMultiaddr: (address) => address.getComponents().some(({ value = '' }) => isMetadataService(value)),
    denyDialPeer: (peer) => bans.of(peer.toString()) !== undefined,
    // Before the gate: a handshake costs, a refusal nothing.
    denyInboundConnection: (connection) => {
      const { remoteAddr } = connection
      return refuse(noPlaceFor(remoteAddr) ?? strangers.enter(connection), remoteAddr)
    },
    denyInboundEncryptedConnection: (peer, connection) => {
      strangers.leave(connection)
      return refuse(bans.of(peer.toString()) && 'banned', connection.remoteAddr, peer)
    },
    // An address does not say who answers there.
    denyOutboundEncryptedConnection: (peer) => bans.of(peer.toString()) !== undefined,
    // The latest of the hooks: right after it the connection is counted, so that none slips in between.
    denyInboundUpgradedConnection: (peer, { remoteAddr }) =>
      refuse(isGreedy(peer) ? 'too_many_of_peer' : noPlaceFor(remoteAddr), remoteAddr, peer),
  }
}
