// The error class of the network layer's own face: listening, and the table of peers.

import { CodedError } from '../util/index.ts'

/**
 * - `NETWORK_PORT_IN_USE`: another process listens on the gossip port.
 * - `NETWORK_LISTEN_FAILED`: the gossip port cannot be listened on for another reason.
 * - `PEER_ADDRESS_INVALID`: neither `host:port` nor a multiaddr that this node can dial.
 * - `PEER_UNKNOWN`: no such peer is in the table.
 * - `PEER_FROM_CONFIG`: the peer comes from a flag or the configuration file and can only be removed there.
 * - `PEER_NOT_BANNED`: a ban is to be lifted that is not, or no longer, in force.
 * - `PEER_TABLE_FULL`: no more addresses are kept.
 */
export type NetworkErrorCode =
  | 'NETWORK_PORT_IN_USE'
  | 'NETWORK_LISTEN_FAILED'
  | 'PEER_ADDRESS_INVALID'
  | 'PEER_UNKNOWN'
  | 'PEER_FROM_CONFIG'
  | 'PEER_NOT_BANNED'
  | 'PEER_TABLE_FULL'

/** Thrown by `Network` and its table of peers. */
export class NetworkError extends CodedError<NetworkErrorCode> {
  override readonly name = 'NetworkError'
}
