// Whom an inbound connection counts against: the host it comes from, or the member behind a relay.

import { BlockList } from 'node:net'
import { CODE_IP4, CODE_IP6, CODE_P2P, CODE_P2P_CIRCUIT, multiaddr } from '@multiformats/multiaddr'
import type { Component, Multiaddr } from '@multiformats/multiaddr'

/** Also matches these addresses when they are IPv4-mapped. */
const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

/** One subscriber holds a whole /64, so it counts as one host. */
const IP6_HOST_BYTES = 8

/** `::ffff:0:0/96`: how an IPv4 peer appears on a dual-stack socket. */
const IP4_MAPPED_PREFIX = '00000000000000000000ffff'

/**
 * Who is behind an address: an IPv4 address, an IPv6 /64, or for a relayed connection the PeerId that the relay vouches
 * for, since the IP there is the relay's. Undefined for loopback, which is exempt, and for addresses that name nobody.
 */
export function sourceOf(address: Multiaddr): string | undefined {
  const components = address.getComponents()
  if (components.some(({ code }) => code === CODE_P2P_CIRCUIT)) return relayedPeer(components)
  const host = components.find(({ code }) => code === CODE_IP4 || code === CODE_IP6)
  return host === undefined || isLoopback(host) ? undefined : hostOf(host)
}

function relayedPeer(components: Component[]): string | undefined {
  const last = components.at(-1)
  return last?.code === CODE_P2P ? last.value : undefined
}

function isLoopback({ code, value = '' }: Component): boolean {
  return LOOPBACK.check(value, code === CODE_IP4 ? 'ipv4' : 'ipv6')
}

function hostOf(host: Component): string {
  // Either component is one byte of code, then the address.
  const hex = Buffer.from(multiaddr([host]).bytes.subarray(1)).toString('hex')
  if (host.code === CODE_IP4) return hex
  return hex.startsWith(IP4_MAPPED_PREFIX) ? hex.slice(IP4_MAPPED_PREFIX.length) : hex.slice(0, 2 * IP6_HOST_BYTES)
}
