// How a connection gets to its peer, in the one word that people look for.

import { isLinkLocal, isLoopback, isPrivate } from '@libp2p/utils'
import { CODE_P2P_CIRCUIT } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'

/** `lan`: this machine or its local network. `direct`: further away. `relayed`: through another member. */
export type PeerPath = 'lan' | 'direct' | 'relayed'

/** @param address - of the other side, as the connection has it */
export function pathOf(address: Multiaddr): PeerPath {
  if (address.getComponents().some(({ code }) => code === CODE_P2P_CIRCUIT)) return 'relayed'
  return isLoopback(address) || isPrivate(address) || isLinkLocal(address) ? 'lan' : 'direct'
}
