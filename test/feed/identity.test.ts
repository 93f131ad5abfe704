import { x25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { createIdentity, x25519PublicKey } from '../../src/feed/index.ts'
import { type MessageVector, protocolFile, vectorsOf } from './vector-files.ts'

const vector: Record<string, string> = JSON.parse(protocolFile('vectors/identity.json'))

describe('createIdentity', () => {
  const identity = createIdentity(Buffer.from(vector.seed_hex ?? '', 'hex'))

  test('gives the key and the author of the vector', () => {
    expect(Buffer.from(identity.publicKey).toString('hex')).toBe(vector.public_key_hex)
    expect(identity.author).toBe(vector.author)
    expect(Buffer.from(identity.seed).toString('hex')).toBe(vector.seed_hex)
  })

  test('signs as the vectors are signed', () => {
    for (const { hash, signature, expect: outcome } of vectorsOf<MessageVector>('message-1.json')) {
      if (outcome.accept) expect(Buffer.from(identity.sign(hash)).toString('base64')).toBe(signature)
    }
  })

  test.for([0, 31, 33, 64])('refuses a seed of %i bytes', (length) => {
    expect(() => createIdentity(new Uint8Array(length))).toThrow(RangeError)
  })
})

describe('x25519PublicKey', () => {
  test('is the vector’s', () => {
    const publicKey = Buffer.from(vector.public_key_hex ?? '', 'hex')
    expect(Buffer.from(x25519PublicKey(publicKey)).toString('base64')).toBe(vector.x25519_public_base64)
    expect(x25519PublicKey(publicKey)).toHaveLength(x25519.lengths.publicKey ?? 0)
  })

  test('refuses bytes that are no point of the curve', () => {
    const offCurve = new Uint8Array(32)
    offCurve[0] = 2
    expect(() => x25519PublicKey(offCurve)).toThrow(expect.objectContaining({ code: 'FEED_AUTHOR_INVALID' }))
  })
})
