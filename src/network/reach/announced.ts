// Which of our own addresses are worth telling others.

import { isLoopback } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'

/** A relay's loopback address means another machine to everybody else: it is told only when that relay has no other. */
export function announced(addresses: Multiaddr[]): Multiaddr[] {
  const relayed = addresses.filter(isRelayed)
  const elsewhere = relayed.filter((address) => !isLoopback(address))
  return [...addresses.filter((address) => !isRelayed(address)), ...(elsewhere.length > 0 ? elsewhere : relayed)]
}

/** Whether an address leads through a relay. */
export function isRelayed(address: Multiaddr): boolean {
  return address.getComponents().some(({ name }) => name === 'p2p-circuit')
}
