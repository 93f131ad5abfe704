// The cryptographic steps that Secret Handshake is made of, each one call into @noble, with its refusals. Spec §3.

import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { equalBytes } from '@noble/ciphers/utils.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { KEY_BYTES, NONCE_BYTES } from './constants.ts'
import { CapabilityError } from './errors.ts'

/** X25519, made for one handshake and then forgotten. */
export interface EphemeralKeys {
  publicKey: Uint8Array
  secretKey: Uint8Array
}

/** A box key seals one box only, so its nonce need not differ. */
const NONCE_ZERO = new Uint8Array(NONCE_BYTES)

export function newEphemeralKeys(): EphemeralKeys {
  return x25519.keygen()
}

/** HMAC-SHA-512-256, that is NaCl's `crypto_auth`: the first 32 bytes of HMAC-SHA-512, not HMAC over SHA-512/256. */
export function macOf(capability: Uint8Array, bytes: Uint8Array): Uint8Array {
  return hmac(sha512, capability, bytes).subarray(0, KEY_BYTES)
}

/** Constant in time over the MAC's bytes, so that a forger learns nothing from how far it got. */
export function isMacOf(mac: Uint8Array, capability: Uint8Array, bytes: Uint8Array): boolean {
  return equalBytes(mac, macOf(capability, bytes))
}

export function isSameKey(one: Uint8Array, other: Uint8Array): boolean {
  return equalBytes(one, other)
}

/** SHA-256 over the parts, one after the other. */
export function hashOf(...parts: Uint8Array[]): Uint8Array {
  return sha256(concatBytes(...parts))
}

/** X25519. Refuses points of low order and an all-zero result: with them a stranger would know the secret beforehand. */
export function agree(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    return x25519.getSharedSecret(secretKey, publicKey)
  } catch (error) {
    throw new CapabilityError('CAPABILITY_GARBAGE', 'an X25519 key of low order', {}, { cause: error })
  }
}

/** The X25519 key of an Ed25519 key. Refuses every key outside the prime-order group, as libsodium does. */
export function agreementKeyOf(publicKey: Uint8Array): Uint8Array {
  if (!isFullOrder(publicKey)) throw new CapabilityError('CAPABILITY_GARBAGE', 'not an Ed25519 key of full order')
  return ed25519.utils.toMontgomery(publicKey)
}

export function agreementSecretOf(seed: Uint8Array): Uint8Array {
  return ed25519.utils.toMontgomerySecret(seed)
}

export function sign(bytes: Uint8Array, seed: Uint8Array): Uint8Array {
  return ed25519.sign(bytes, seed)
}

/** Strict: canonical encodings only, no key of small order. @noble's own default accepts both. */
export function isSignedBy(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  return ed25519.verify(signature, bytes, publicKey, { zip215: false })
}

/** NaCl's secretbox: 16 bytes of tag, then the ciphertext. */
export function closeBox(key: Uint8Array, content: Uint8Array): Uint8Array {
  return xsalsa20poly1305(key, NONCE_ZERO).encrypt(content)
}

export function openBox(key: Uint8Array, box: Uint8Array): Uint8Array {
  try {
    return xsalsa20poly1305(key, NONCE_ZERO).decrypt(box)
  } catch (error) {
    throw new CapabilityError('CAPABILITY_GARBAGE', 'a box that does not open', {}, { cause: error })
  }
}

function isFullOrder(publicKey: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(publicKey, false)
    return !point.isSmallOrder() && point.isTorsionFree()
  } catch {
    return false
  }
}
