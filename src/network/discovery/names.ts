// The names under which the nodes of one network find one another. Each carries the discriminator, so that networks do not even meet.

/** protocols/mdns/1 §2. */
export function serviceOf(discriminator: string): string {
  return `_egregore-${discriminator}._udp.local`
}
