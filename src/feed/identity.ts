// An identity: the Ed25519 key that signs a feed, and its X25519 half for private content.

import { sign } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { authorFromKey } from './author.ts'
import { FeedError } from './errors.ts'
import { privateKeyOf, rawPublicKeyOf } from './raw-keys.ts'
import type { Author, Hash } from './message.ts'

/** Who signs. Kept in memory; its seed is what the key file holds. */
export interface Identity {
  readonly author: Author
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** 32 bytes, secret: whoever has them is this author. */
  readonly seed: Uint8Array
  /** 64 bytes: Ed25519 over the 64 ASCII characters of a hash. */
  sign(hash: Hash): Uint8Array
}

/**
 * The identity that a seed stands for; the same seed gives the same one.
 *
 * @param seed - 32 random bytes
 * @throws RangeError for any other length
 */
export function createIdentity(seed: Uint8Array): Identity {
  if (seed.length !== 32) throw new RangeError(`An identity's seed is 32 bytes, not ${seed.length}.`)
  const privateKey = privateKeyOf('Ed25519', seed)
  const publicKey = rawPublicKeyOf(privateKey)
  return {
    author: authorFromKey(publicKey),
    publicKey,
    seed,
    sign: (hash) => sign(null, Buffer.from(hash, 'latin1'), privateKey),
  }
}

/**
 * The X25519 public key that belongs to an Ed25519 public key: the birational map of RFC 7748 §4.1.
 *
 * @throws FeedError `FEED_AUTHOR_INVALID` when the bytes are not a point of the curve
 */
export function x25519PublicKey(publicKey: Uint8Array): Uint8Array {
  try {
    return ed25519.utils.toMontgomery(publicKey)
  } catch (cause) {
    const error = new FeedError('FEED_AUTHOR_INVALID', 'The public key is not a point of the Ed25519 curve.')
    error.cause = cause
    throw error
  }
}
