// Which addresses of a found peer are worth a dial: plain TCP to a number, through a relay or not.

import { isLoopback } from '@libp2p/utils'
import { isMetadataService } from '../../util/index.ts'
import { FOUND_ADDRESSES_MAX } from '../peers/index.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { FoundPeer } from '../peers/index.ts'

/** Not dialled: names, which would have to be looked up because a stranger said so, and what this node has no transport for. */
const DIALABLE = /^\/ip[46]\/[^/]+\/tcp\/\d+(?:\/p2p\/[^/]+\/p2p-circuit)?$/

/** An address to listen on, not to dial. */
const UNSPECIFIED = /^\/(?:ip4\/0\.0\.0\.0|ip6\/::)\//

/** Link-local IPv6 needs a zone, which libp2p's TCP does not dial. */
const LINK_LOCAL = /^\/ip6\/fe80:/i

/** @returns the peer with its best addresses, or undefined when none is worth a dial */
export function dialablePeer(peerId: string, claimed: readonly Multiaddr[]): FoundPeer | undefined {
  const plain = claimed.map((address) => withoutPeer(address, peerId)).filter(isDialable)
  const unique = new Map(plain.map((address) => [address.toString(), address]))
  const [first, ...others] = [...unique.values()].slice(0, FOUND_ADDRESSES_MAX)
  if (first === undefined) return undefined
  const withPeer = (address: Multiaddr): Multiaddr => address.encapsulate(`/p2p/${peerId}`)
  return { peerId, multiaddrs: [withPeer(first), ...others.map(withPeer)] }
}

/** Addresses on the loopback interface mean this machine, not the peer's: they count only when there is nothing else. */
export function preferElsewhere(addresses: readonly Multiaddr[]): readonly Multiaddr[] {
  const elsewhere = addresses.filter((address) => !isLoopback(address))
  return elsewhere.length > 0 ? elsewhere : addresses
}

/** The address of the machine, such as `192.168.1.7`. */
export function hostOf(address: Multiaddr): string | undefined {
  return address.getComponents()[0]?.value
}

function isDialable(address: Multiaddr): boolean {
  const text = address.toString()
  if (isMetadataService(hostOf(address) ?? '')) return false
  return DIALABLE.test(text) && !UNSPECIFIED.test(text) && !LINK_LOCAL.test(text) && !/\/tcp\/0(?:\/|$)/.test(text)
}

function withoutPeer(address: Multiaddr, peerId: string): Multiaddr {
  return address.toString().endsWith(`/p2p/${peerId}`) ? address.decapsulate(`/p2p/${peerId}`) : address
}
