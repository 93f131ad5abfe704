import { ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { AUTHOR_LENGTH, authorFromKey, createIdentity, isAuthor, isHash, keyFromAuthor } from '../../src/feed/index.ts'

const identity = createIdentity(new Uint8Array(32).fill(1))
const invalid = expect.objectContaining({ code: 'FEED_AUTHOR_INVALID' })

describe('authors', () => {
  test('a key and its name stand for each other', () => {
    expect(authorFromKey(identity.publicKey)).toBe(identity.author)
    expect(keyFromAuthor(identity.author)).toEqual(Uint8Array.from(identity.publicKey))
    expect(identity.author).toHaveLength(AUTHOR_LENGTH)
  })

  test('the key is a copy: writing to it harms nobody', () => {
    keyFromAuthor(identity.author).fill(0)
    expect(keyFromAuthor(identity.author)).toEqual(Uint8Array.from(identity.publicKey))
  })

  test.for(ED25519_TORSION_SUBGROUP)('no author has the key of small order %s', (hex) => {
    const key = Buffer.from(hex, 'hex')
    expect(() => authorFromKey(key)).toThrow(invalid)
    expect(isAuthor(`@${key.toString('base64')}.ed25519`)).toBe(false)
  })

  test('no author has a key of another length', () => {
    expect(() => authorFromKey(identity.publicKey.subarray(1))).toThrow(invalid)
    expect(() => authorFromKey(Buffer.concat([identity.publicKey, Buffer.alloc(1)]))).toThrow(invalid)
  })

  test('y = p − 2 is the largest that is accepted, p is not', () => {
    expect(isAuthor(nameOfY(0xeb))).toBe(true)
    expect(isAuthor(nameOfY(0xed))).toBe(false)
  })

  test.for([undefined, null, 1, {}, [identity.author], identity.author.slice(1), `${identity.author} `])(
    '%s is no author',
    (value) => {
      expect(isAuthor(value)).toBe(false)
    },
  )

  test('an error shows what was found, and not more of it than a line', () => {
    expect(() => keyFromAuthor('x'.repeat(10_000))).toThrow(
      expect.objectContaining({ details: { found: 'x'.repeat(106) } }),
    )
  })
})

describe('hashes', () => {
  test('64 lower-case hex characters are a hash', () => {
    expect(isHash('0123456789abcdef'.repeat(4))).toBe(true)
  })

  test.for([
    undefined,
    null,
    1,
    '',
    'a'.repeat(63),
    'a'.repeat(65),
    'A'.repeat(64),
    `${'a'.repeat(63)}g`,
    `${'a'.repeat(63)}\n`,
  ])('%j is no hash', (value) => {
    expect(isHash(value)).toBe(false)
  })
})

/** The name of the key whose bytes are all 0xff but for the lowest and, without the sign bit, the highest. */
function nameOfY(lowest: number): string {
  const key = Buffer.alloc(32, 0xff)
  key[0] = lowest
  key[31] = 0x7f
  return `@${key.toString('base64')}.ed25519`
}
