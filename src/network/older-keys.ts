// Peers that still use an older network key: whoever rotates the key waits until there are none.

import { discriminatorOf } from '../feed/index.ts'
import { authorOf } from './peers/index.ts'
import type { Author } from '../feed/index.ts'
import type { Keyring } from './capability/index.ts'

/** A network key that still lets peers in, and who came by it. */
export interface OlderKey {
  discriminator: string
  /** Those who came by it last and by no other since, the latest first. */
  peers: OlderKeyPeer[]
}

export interface OlderKeyPeer {
  peerId: string
  author: Author | undefined
  /** Milliseconds since 1970 at which it passed the gate. */
  at: number
  isLive: boolean
}

/** All keys but the first. */
export function olderKeysIn(keyring: Keyring, isLive: (peerId: string) => boolean): OlderKey[] {
  const [, ...older] = keyring.capabilities
  return older.map((capability) => ({
    discriminator: discriminatorOf(capability),
    peers: keyring
      .under(capability)
      .map(({ peer, at }) => ({ peerId: peer, author: authorOf(peer), at, isLive: isLive(peer) })),
  }))
}
