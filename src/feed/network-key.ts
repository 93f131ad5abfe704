// What a network key turns into: the capability that gates connections, and the discriminator that may be seen by strangers.

import { hash } from 'node:crypto'

/** SHA-256 of the network key's UTF-8 bytes: 32 bytes, secret like the key itself. */
export function capabilityOf(networkKey: string): Uint8Array {
  return hash('sha256', networkKey, 'buffer')
}

/** 16 hex characters that tell networks apart without giving the capability away. */
export function discriminatorOf(capability: Uint8Array): string {
  return hash('sha256', capability, 'hex').slice(0, 16)
}
