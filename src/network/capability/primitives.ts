// The cryptographic steps that Secret Handshake is made of, each one call with its refusals. Spec §3. node:crypto has most of them, in machine code;
// @noble has what it lacks (XSalsa20, and the order and form of a key): multiplying there, uncompiled, held the main thread for 40 ms a first time.

import {
  createHmac,
  diffieHellman,
  hash as digest,
  randomBytes,
  sign as signWith,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { ed25519 } from '@noble/curves/ed25519.js'
import { boundedMap, privateKeyOf, publicKeyOf, rawPublicKeyOf } from '../../feed/index.ts'
import { AGREEMENT_KEYS_KEPT_MAX, KEY_BYTES, NONCE_BYTES } from './constants.ts'
import { CapabilityError } from './errors.ts'

/** X25519, made for one handshake and then forgotten. */
export interface EphemeralKeys {
  publicKey: Uint8Array
  secretKey: Uint8Array
}

/** A box key seals one box only, so its nonce need not differ. */
const NONCE_ZERO = new Uint8Array(NONCE_BYTES)

/** By Ed25519 key, as base64. Finding the order of a point takes longer than all else here: who dials again and again has it done once. */
const agreementKeys = boundedMap<string, Uint8Array>(AGREEMENT_KEYS_KEPT_MAX)

export function newEphemeralKeys(): EphemeralKeys {
  const secretKey = randomBytes(KEY_BYTES)
  return { secretKey, publicKey: rawPublicKeyOf(privateKeyOf('X25519', secretKey)) }
}

/** HMAC-SHA-512-256, that is NaCl's `crypto_auth`: the first 32 bytes of HMAC-SHA-512, not HMAC over SHA-512/256. */
export function macOf(capability: Uint8Array, bytes: Uint8Array): Uint8Array {
  return createHmac('sha512', capability).update(bytes).digest().subarray(0, KEY_BYTES)
}

/** Constant in time over the MAC's bytes, so that a forger learns nothing from how far it got. */
export function isMacOf(mac: Uint8Array, capability: Uint8Array, bytes: Uint8Array): boolean {
  return timingSafeEqual(mac, macOf(capability, bytes))
}

/** @param one - of the length of `other`, as keys are */
export function isSameKey(one: Uint8Array, other: Uint8Array): boolean {
  return timingSafeEqual(one, other)
}

/** SHA-256 over the parts, one after the other. */
export function hashOf(...parts: Uint8Array[]): Uint8Array {
  return digest('sha256', Buffer.concat(parts), 'buffer')
}

/** X25519. OpenSSL refuses an all-zero result, that is every point of low order: with one a stranger would know the secret beforehand. */
export function agree(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const keys = { privateKey: privateKeyOf('X25519', secretKey), publicKey: publicKeyOf('X25519', publicKey) }
  try {
    return diffieHellman(keys)
  } catch (error) {
    throw new CapabilityError('CAPABILITY_GARBAGE', 'an X25519 key of low order', {}, { cause: error })
  }
}

/** The X25519 key of an Ed25519 key. Refuses every key outside the prime-order group, as libsodium does. */
export function agreementKeyOf(publicKey: Uint8Array): Uint8Array {
  const name = Buffer.from(publicKey).toString('base64')
  const known = agreementKeys.get(name)
  if (known !== undefined) return known
  if (!isFullOrder(publicKey)) throw new CapabilityError('CAPABILITY_GARBAGE', 'not an Ed25519 key of full order')
  const agreementKey = ed25519.utils.toMontgomery(publicKey)
  agreementKeys.set(name, agreementKey)
  return agreementKey
}

/** RFC 8032 §5.1.5, steps 1 and 2; X25519 itself sets the bits that are fixed. */
export function agreementSecretOf(seed: Uint8Array): Uint8Array {
  return digest('sha512', seed, 'buffer').subarray(0, KEY_BYTES)
}

export function sign(bytes: Uint8Array, seed: Uint8Array): Uint8Array {
  return signWith(null, bytes, privateKeyOf('Ed25519', seed))
}

/** Of canonical encoding, as OpenSSL demands. Whether the key is of full order is for `agreementKeyOf`, which both sides ask of every key. */
export function isSignedBy(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify(null, bytes, publicKeyOf('Ed25519', publicKey), signature)
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
