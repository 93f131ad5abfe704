// Ed25519 and X25519 keys as they are written down, 32 bytes, for node:crypto, which wants them wrapped.

import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

type Curve = 'Ed25519' | 'X25519'

/** RFC 8410 §7: a private key in PKCS #8, up to its 32 bytes. */
const PKCS8: Readonly<Record<Curve, Uint8Array>> = {
  Ed25519: Buffer.from('302e020100300506032b657004220420', 'hex'),
  X25519: Buffer.from('302e020100300506032b656e04220420', 'hex'),
}

const KEY_BYTES = 32

/** @param bytes - 32, secret: of Ed25519 the seed */
export function privateKeyOf(curve: Curve, bytes: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8[curve], bytes]), format: 'der', type: 'pkcs8' })
}

/** As JWK, which OpenSSL reads in a tenth of the time of DER. Whether the bytes are a good point is not looked at. */
export function publicKeyOf(curve: Curve, bytes: Uint8Array): KeyObject {
  return createPublicKey({
    key: { kty: 'OKP', crv: curve, x: Buffer.from(bytes).toString('base64url') },
    format: 'jwk',
  })
}

/** The 32 bytes of the public key that belongs to a private one. */
export function rawPublicKeyOf(privateKey: KeyObject): Uint8Array {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return Uint8Array.from(spki.subarray(-KEY_BYTES))
}
