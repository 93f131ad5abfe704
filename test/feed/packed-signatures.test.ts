import { createHash, createPublicKey, verify } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import {
  checkPacked,
  createIdentity,
  FeedError,
  isSigned,
  openItem,
  packSignatures,
  quickestCheck,
  sealMessage,
  verifySignature,
} from '../../src/feed/index.ts'
import { checkWithOpenssl } from '../../src/feed/packed-signatures.ts'
import { bytesOf, type MessageVector, vectorsOf } from './vector-files.ts'
import type { SealedMessage } from '../../src/feed/index.ts'

const quickest = await quickestCheck()
const author = createIdentity(new Uint8Array(32).fill(7))
const other = createIdentity(new Uint8Array(32).fill(8))
const sealed = sealMessage({ content: 1 }, { sequence: 0, hash: undefined }, '2026-02-12T18:30:00Z', author)

/** What can be wrong with a signature, and what is right. */
const MESSAGES: readonly SealedMessage[] = [
  sealed,
  { ...sealed, author: other.author },
  { ...sealed, signature: other.sign(sealed.hash) },
  { ...sealed, signature: new Uint8Array(64) },
  { ...sealed, hash: sealed.hash.replace(/./, (digit) => (digit === '0' ? '1' : '0')) },
  ...Array.from({ length: 64 }, (_, at) => ({
    ...sealed,
    signature: sealed.signature.map((byte, index) => (index === at ? byte ^ 1 : byte)),
  })),
  sealed,
]

describe.for([
  ['libsodium before OpenSSL', quickest],
  ['OpenSSL alone', checkWithOpenssl],
] as const)('%s', ([, check]) => {
  test('answers for each message as the thread pool does', async () => {
    const alone = await Promise.all(MESSAGES.map(verifySignature))
    expect(MESSAGES.map(isSigned)).toEqual(alone)
    expect(Array.from(checkPacked(packSignatures(MESSAGES), check), Boolean)).toEqual(alone)
    expect(alone.filter(Boolean)).toHaveLength(2)
  })

  test('answers for nothing with nothing', () => {
    expect(checkPacked(packSignatures([]), check)).toHaveLength(0)
  })

  test.for(['message-1.json', 'text.json', 'timestamps.json', 'limits.json', 'authors.json'])(
    'agrees with the vectors of %s that have a signature to check',
    async (file) => {
      const messages = vectorsOf<MessageVector>(file).flatMap(readable)
      const alone = await Promise.all(messages.map(verifySignature))
      expect(messages.map(isSigned)).toEqual(alone)
      expect(Array.from(checkPacked(packSignatures(messages), check), Boolean)).toEqual(alone)
    },
  )

  test('agrees with OpenSSL on points of small order in every part of a signature', () => {
    for (const { key, signed, signature } of trickyOnes()) {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }
      const byNode = verify(null, signed, createPublicKey({ key: jwk, format: 'jwk' }), signature)
      expect(check(signature, signed, key)).toBe(byNode)
    }
  })
})

test('refuses every R of small order, also where the check beneath would not', () => {
  const { Point } = ed25519
  const ofOrder8 = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')
  const points = [Point.ZERO, ...Array.from({ length: 7 }, (_, index) => ofOrder8.multiply(BigInt(index + 1)))]
  const messages = [...points, Point.BASE].map((R) => ({
    ...sealed,
    signature: Buffer.concat([R.toBytes(), sealed.signature.subarray(32)]),
  }))
  const lax = (): boolean => true
  expect(Array.from(checkPacked(packSignatures(messages), lax))).toEqual([...points.map(() => 0), 1])
})

function readable(vector: MessageVector): SealedMessage[] {
  try {
    return [openItem({ text: bytesOf(vector), signature: Buffer.from(vector.signature, 'base64') })]
  } catch (error) {
    if (error instanceof FeedError) return []
    throw error
  }
}

interface Tricky {
  key: Buffer
  signed: Buffer
  signature: Buffer
}

/** Signatures on which checks with and without the cofactor, or with other rules for small orders, part ways (spec §4). */
function trickyOnes(): Tricky[] {
  const { Point } = ed25519
  const order = Point.Fn.ORDER
  const ofOrder8 = Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a')
  const [secret, nonce] = [123_456_789n, 987_654_321n]
  const [key, commitment] = [Point.BASE.multiply(secret), Point.BASE.multiply(nonce)]
  const parts = [
    { A: key, R: commitment, r: nonce },
    { A: key, R: commitment.add(ofOrder8), r: nonce },
    { A: key.add(ofOrder8), R: commitment, r: nonce },
    { A: key.add(ofOrder8), R: commitment.add(ofOrder8), r: nonce },
    { A: key, R: Point.ZERO, r: 0n },
    { A: key, R: ofOrder8, r: 0n },
  ]
  // Eight messages each: with a factor of eight in the hash, a part of small order falls out of the equation.
  return parts.flatMap(({ A, R, r }) =>
    Array.from({ length: 8 }, (_, count) => {
      const signed = Buffer.from(createHash('sha256').update(`${count}`).digest('hex'), 'latin1')
      const [keyBytes, commitmentBytes] = [Buffer.from(A.toBytes()), Buffer.from(R.toBytes())]
      const hash = numberFrom(createHash('sha512').update(commitmentBytes).update(keyBytes).update(signed).digest())
      const S = (r + (hash % order) * secret) % order
      return { key: keyBytes, signed, signature: Buffer.concat([commitmentBytes, bytesFrom(S)]) }
    }),
  )
}

/** Little-endian, as RFC 8032 has all numbers. */
function numberFrom(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
}

function bytesFrom(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex').reverse()
}
