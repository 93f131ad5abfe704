// Signatures by the hundred: packed into one piece of bytes, which another thread is given and checks in one go.

import { verify } from 'node:crypto'
import { keyFromAuthor } from './author.ts'
import { SIGNATURE_BYTES } from './constants.ts'
import { publicKeyOf } from './raw-keys.ts'
import { isOfSmallOrder } from './small-order.ts'
import type { SealedMessage } from './message.ts'

const KEY_BYTES = 32
const HASH_CHARACTERS = 64
const RECORD_BYTES = KEY_BYTES + HASH_CHARACTERS + SIGNATURE_BYTES

/** Whether a signature is this key's over these bytes. */
export type SignatureCheck = (signature: Buffer, signed: Buffer, key: Buffer) => boolean

/** What is needed to check the signatures of these messages: for each one key, hash and signature. The bytes have a buffer of their own. */
export function packSignatures(
  messages: readonly Pick<SealedMessage, 'author' | 'hash' | 'signature'>[],
): Uint8Array<ArrayBuffer> {
  const packed = Buffer.from(new ArrayBuffer(messages.length * RECORD_BYTES))
  for (const [index, { author, hash, signature }] of messages.entries()) {
    const at = index * RECORD_BYTES
    packed.set(keyFromAuthor(author), at)
    packed.write(hash, at + KEY_BYTES, 'latin1')
    packed.set(signature, at + KEY_BYTES + HASH_CHARACTERS)
  }
  return packed
}

/** For each packed signature, in order, 1 when it is valid and 0 when not. */
export function checkPacked(packed: Uint8Array, isValid: SignatureCheck): Uint8Array {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length)
  return Uint8Array.from({ length: bytes.length / RECORD_BYTES }, (_, index) => {
    const record = bytes.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES)
    const key = record.subarray(0, KEY_BYTES)
    const signed = record.subarray(KEY_BYTES, KEY_BYTES + HASH_CHARACTERS)
    const signature = record.subarray(KEY_BYTES + HASH_CHARACTERS)
    return !isOfSmallOrder(signature) && isValid(signature, signed, key) ? 1 : 0
  })
}

/**
 * The quickest check there is on this machine: libsodium takes half the time of OpenSSL. Should it refuse what spec §4 allows, OpenSSL, which
 * is asked then, has the last word. Where its binary does not fit the machine, OpenSSL does all.
 */
export async function quickestCheck(): Promise<SignatureCheck> {
  try {
    const { default: sodium } = await import('sodium-native')
    return (...question) => sodium.crypto_sign_verify_detached(...question) || checkWithOpenssl(...question)
  } catch {
    return checkWithOpenssl
  }
}

/** As `verifySignature`, at once. */
export function checkWithOpenssl(signature: Buffer, signed: Buffer, key: Buffer): boolean {
  return verify(null, signed, publicKeyOf('Ed25519', key), signature)
}
