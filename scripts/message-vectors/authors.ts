// Authors and signatures: the one spelling of a key, the keys that nobody may have, the signatures that prove nothing.

import { createHash, hash as digest } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { AUTHOR, type Case, messageText, reject } from './case.ts'

/** 2^255 − 19 and what lies around it, little-endian. */
const P = (1n << 255n) - 19n
/** The order of the base point, RFC 8032 §5.1. */
const L = (1n << 252n) + 27742317777372353535851937790883648493n
const SIGN_BIT = 1n << 255n

/** The y coordinate of two of the four points of order 8; that of the other two is its negative. */
const ORDER_8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n

const { Point } = ed25519
const { scalar: SECRET, pointBytes: PUBLIC_KEY } = ed25519.utils.getExtendedPublicKey(new Uint8Array(32).fill(1))
const POINT_OF_ORDER_8 = Point.fromBytes(littleEndian(ORDER_8))

const SMALL_ORDER: Record<string, bigint> = {
  'order 1': 1n,
  'order 2': P - 1n,
  'order 4': 0n,
  'order 4, the other': SIGN_BIT,
  'order 8, first': ORDER_8,
  'order 8, second': ORDER_8 + SIGN_BIT,
  'order 8, third': P - ORDER_8,
  'order 8, fourth': P - ORDER_8 + SIGN_BIT,
}

const NOT_REDUCED: Record<string, bigint> = {
  'y = p': P,
  'y = p + 1': P + 1n,
  'y = p + 3': P + 3n,
  'y = 2^255 − 1': SIGN_BIT - 1n,
  'y = p with the sign bit': P + SIGN_BIT,
  'x = 0 with the sign bit, y = 1': 1n + SIGN_BIT,
  'x = 0 with the sign bit, y = p − 1': P - 1n + SIGN_BIT,
}

const BASE64 = AUTHOR.slice(1, 45)

const NOT_NAMES: Record<string, string> = {
  'no @': AUTHOR.slice(1),
  'two @': `@${AUTHOR}`,
  'no suffix': AUTHOR.slice(0, 45),
  'another suffix': AUTHOR.replace('.ed25519', '.ed25518'),
  'suffix in upper case': AUTHOR.replace('.ed25519', '.ED25519'),
  'no padding': AUTHOR.replace('=', ''),
  'two padding signs': `@${BASE64.slice(0, 42)}==.ed25519`,
  'spare bits set': AUTHOR.replace('w=', 'x='),
  'the URL alphabet': `@${'-'.repeat(42)}w=.ed25519`,
  'a space inside': AUTHOR.replace('iojj', 'ioj '),
  '31 bytes': authorOf(Buffer.alloc(31, 9)),
  '33 bytes': authorOf(Buffer.alloc(33, 9)),
  hex: `@${'09'.repeat(32)}.ed25519`,
  'the empty string': '',
}

const authors: Case[] = [
  ...Object.entries(NOT_NAMES).map(([what, author]) => rejectAuthor(what, author)),
  ...Object.entries(SMALL_ORDER).map(([what, key]) => rejectAuthor(`a point of ${what}`, authorOf(littleEndian(key)))),
  ...Object.entries(NOT_REDUCED).map(([what, key]) => rejectAuthor(what, authorOf(littleEndian(key)))),
  reject(
    'author: not a point of the curve',
    messageText({ author: `"${authorOf(littleEndian(2n))}"` }),
    'FEED_SIGNATURE_INVALID',
  ),
]

const text = messageText()

const signatures: Case[] = [
  rejectSignature('63 bytes', (signature) => signature.subarray(0, 63)),
  rejectSignature('65 bytes', (signature) => Buffer.concat([signature, Buffer.alloc(1)])),
  rejectSignature('none', () => Buffer.alloc(0)),
  rejectSignature('zeros', () => Buffer.alloc(64)),
  rejectSignature('the same one with S + L in place of S', addOrder),
  rejectSignature('valid only when multiplied by the cofactor', (_, hash) => signWithTorsion(hash)),
  rejectSignature('R is the neutral point, and the equation holds', (_, hash) =>
    signWith(Point.ZERO, PUBLIC_KEY, hash),
  ),
  withROfOrder8(),
  reject(
    'signature: by another key than the author',
    messageText({ author: `"${authorOf(otherKey())}"` }),
    'FEED_SIGNATURE_INVALID',
  ),
]

function rejectAuthor(what: string, author: string): Case {
  return reject(`author: ${what}`, messageText({ author: JSON.stringify(author) }), 'FEED_AUTHOR_INVALID')
}

function rejectSignature(what: string, alter: NonNullable<Case['alter']>): Case {
  return { ...reject(`signature: ${what}`, text, 'FEED_SIGNATURE_INVALID'), alter }
}

/** The public key of seed 0x02 × 32. */
function otherKey(): Buffer {
  return Buffer.from('8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394', 'hex')
}

function authorOf(key: Buffer): string {
  return `@${key.toString('base64')}.ed25519`
}

function littleEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse()
}

/** RFC 8032 §5.1.7: S must be below L, else everyone could make a second signature of a first. */
function addOrder(signature: Buffer): Buffer {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`)
  return Buffer.concat([signature.subarray(0, 32), littleEndian(s + L)])
}

/** An R with a part of order 8: [8][S]B = [8](R + [k]A) holds, and without the 8 it does not. */
function signWithTorsion(hash: string): Buffer {
  const nonce = 1234567890123456789n
  return signWith(Point.BASE.multiply(nonce).add(POINT_OF_ORDER_8), PUBLIC_KEY, hash, nonce)
}

/** Under a key with a part of order 8 the equation holds for one message in eight whose R is nothing but such a part. */
function withROfOrder8(): Case {
  const key = Point.fromBytes(PUBLIC_KEY).add(POINT_OF_ORDER_8).toBytes()
  const author = `"${authorOf(Buffer.from(key))}"`
  const texts = Array.from({ length: 100 }, (_, count) => messageText({ author, content: String(count) }))
  // −[k]A has the part −[k] of the point: R itself when k is 7 more than a multiple of 8.
  const isFit = (text: string): boolean =>
    challengeOf(POINT_OF_ORDER_8.toBytes(), key, digest('sha256', text, 'hex')) % 8n === 7n
  const found = texts.find(isFit) ?? ''
  return {
    ...reject('signature: R is of order 8, and the equation holds', found, 'FEED_SIGNATURE_INVALID'),
    alter: (_, hash) => signWith(POINT_OF_ORDER_8, key, hash),
  }
}

/** S = nonce + k·secret, by the secret of seed 0x01 × 32. */
function signWith(R: InstanceType<typeof Point>, key: Uint8Array, hash: string, nonce = 0n): Buffer {
  const k = challengeOf(R.toBytes(), key, hash) % L
  return Buffer.concat([R.toBytes(), littleEndian((nonce + k * SECRET) % L)])
}

/** RFC 8032 §5.1.7: the number k. */
function challengeOf(R: Uint8Array, key: Uint8Array, hash: string): bigint {
  return BigInt(`0x${createHash('sha512').update(R).update(key).update(hash).digest().reverse().toString('hex')}`)
}

export const authorCases: readonly Case[] = [...authors, ...signatures]
