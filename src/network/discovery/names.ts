// The names under which the nodes of one network find one another. Each carries the discriminator, so that networks do not even meet.

/** protocols/mdns/1 §2. */
export function serviceOf(discriminator: string): string {
  return `_egregore-${discriminator}._udp.local`
}

/** protocols/kad/1.0.0 §2: libp2p's Kademlia, under the name of one network. */
export function dhtProtocolOf(discriminator: string): string {
  return `/egregore/${discriminator}/kad/1.0.0`
}
