import { describe, expect, test } from 'vitest'
import { vectorFiles } from '../../scripts/make-message-vectors.ts'
import { createIdentity, FeedError, isSigned, openItem, sealMessage, verifySignature } from '../../src/feed/index.ts'
import { checkHash } from '../../src/feed/verify.ts'
import { bytesOf, type MessageVector, protocolFile, vectorsOf } from './vector-files.ts'
import type { SealedMessage } from '../../src/feed/index.ts'

describe.for(['message-1.json', 'text.json', 'timestamps.json', 'limits.json', 'authors.json'])(
  'vectors of %s',
  (file) => {
    test.for(vectorsOf<MessageVector>(file).map((vector) => [vector.name, vector] as const))(
      '%s',
      async ([, vector]) => {
        expect(await outcomeOf(vector)).toEqual(vector.expect)
      },
    )
  },
)

test.for(Object.entries(vectorFiles))('%s is what the script makes', ([name, content]) => {
  expect(content).toBe(protocolFile(`vectors/${name}`))
})

const identity = createIdentity(new Uint8Array(32).fill(7))
const sealed = sealMessage(
  { content: { type: 'x' } },
  { sequence: 0, hash: undefined },
  '2026-02-12T18:30:00Z',
  identity,
)

describe('openItem', () => {
  test('reads bytes that lie inside a larger buffer', () => {
    const frame = Buffer.concat([Buffer.from('before'), Buffer.from(sealed.text), Buffer.from('behind')])
    const text = new Uint8Array(frame.buffer, frame.byteOffset + 6, Buffer.byteLength(sealed.text))
    expect(openItem({ text, signature: sealed.signature })).toEqual(sealed)
  })

  test('keeps the text it was given, verbatim', () => {
    expect(openItem({ text: Buffer.from(sealed.text), signature: sealed.signature }).text).toBe(sealed.text)
  })

  test('says nothing about the signature beyond its length', () => {
    expect(openItem({ text: Buffer.from(sealed.text), signature: new Uint8Array(64) }).hash).toBe(sealed.hash)
  })
})

describe('verifySignature', () => {
  test('is true for a sealed message', async () => {
    expect(await verifySignature(sealed)).toBe(true)
    expect(isSigned(sealed)).toBe(true)
  })

  test('is false for another author, another hash, another signature', async () => {
    const other = createIdentity(new Uint8Array(32).fill(8))
    const forged: SealedMessage[] = [
      { ...sealed, author: other.author },
      { ...sealed, hash: sealed.hash.replace(/./, (digit) => (digit === '0' ? '1' : '0')) },
      { ...sealed, signature: other.sign(sealed.hash) },
    ]
    expect(await Promise.all(forged.map(verifySignature))).toEqual([false, false, false])
    expect(forged.map(isSigned)).toEqual([false, false, false])
  })

  test('answers many at once, each for itself', async () => {
    const messages = Array.from({ length: 100 }, (_, index) =>
      index % 3 === 0 ? { ...sealed, signature: new Uint8Array(64) } : sealed,
    )
    expect(await Promise.all(messages.map(verifySignature))).toEqual(messages.map((message) => message === sealed))
  })
})

async function outcomeOf(vector: MessageVector): Promise<{ accept: true } | { reject: string }> {
  try {
    const message = openItem({ text: bytesOf(vector), signature: Buffer.from(vector.signature, 'base64') })
    checkHash(bytesOf(vector), vector.hash)
    return (await verifySignature(message)) ? { accept: true } : { reject: 'FEED_SIGNATURE_INVALID' }
  } catch (error) {
    if (error instanceof FeedError) return { reject: error.code }
    throw error
  }
}
