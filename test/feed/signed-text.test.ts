import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createIdentity,
  formatTimestamp,
  itemOfSignedText,
  openItem,
  sealMessage,
  signedText,
} from '../../src/feed/index.ts'

const identity = createIdentity(new Uint8Array(32).fill(3))

/** Of everything that JSON has and a message may hold. */
const VALUES = [fc.string({ unit: 'grapheme' }), fc.string(), fc.integer(), fc.boolean(), fc.constant(null)]

function sealed(content: unknown) {
  return sealMessage({ content }, { sequence: 0, hash: undefined }, formatTimestamp(0), identity)
}

function refusal(code: string) {
  return expect.objectContaining({ code })
}

test('a message written as one line is read back with the bytes that were signed', () => {
  fc.assert(
    fc.property(fc.object({ values: VALUES, maxDepth: 3 }), (content) => {
      const message = sealed(content)
      const line = signedText(message)
      expect(line).not.toContain('\n')
      expect(openItem(itemOfSignedText(line))).toEqual({ ...message, signature: Buffer.from(message.signature) })
    }),
    { numRuns: 200 },
  )
})

test('content that looks like the end of a message deceives nobody', () => {
  const inner = { hash: 'a'.repeat(64), signature: `${'A'.repeat(86)}==` }
  const message = sealed({ ...inner, nested: inner, text: '","hash":"' })
  expect(openItem(itemOfSignedText(signedText(message))).hash).toBe(message.hash)
})

test('what a node adds behind the signature is left out', () => {
  const message = sealed({ type: 'message', text: 'hello' })
  const answered = `${signedText(message).slice(0, -1)},"local":{"received_at":"1970-01-01T00:00:00Z","flags":[]}}`
  expect(openItem(itemOfSignedText(answered)).text).toBe(message.text)
})

test('a hash that is not that of the text is refused', () => {
  const line = signedText({ ...sealed('text'), hash: 'b'.repeat(64) })
  expect(() => itemOfSignedText(line)).toThrow(refusal('FEED_HASH_MISMATCH'))
})

test.each([
  ['nothing', ''],
  ['no JSON', 'hello'],
  ['no signature', sealed('text').text],
  ['a short signature', signedText(sealed('text')).replace(/..=="}$/, '=="}')],
  ['something behind the end', `${signedText(sealed('text'))} `],
])('a line with %s is refused', (_what, line) => {
  expect(() => itemOfSignedText(line)).toThrow(refusal('FEED_NOT_CANONICAL'))
})

test('a changed text is refused by its hash', () => {
  const line = signedText(sealed('text')).replace('"text"', '"Text"')
  expect(() => itemOfSignedText(line)).toThrow(refusal('FEED_HASH_MISMATCH'))
})
