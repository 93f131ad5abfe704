// PeerIds with seeded keys, for tests that need many peers and no nodes.

import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'

/** So many different PeerIds, always the same ones. */
export function peerIds(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => peerIdOf(index)))
}

async function peerIdOf(index: number): Promise<string> {
  const seed = new Uint8Array(32)
  new DataView(seed.buffer).setUint32(0, index)
  return peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', seed)).toString()
}
