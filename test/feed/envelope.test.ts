import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rewrite, rewriteMessage } from '../../scripts/verify/second-route.ts'
import { canonicalContent } from '../../src/feed/canonical.ts'
import { readMessage } from '../../src/feed/envelope.ts'
import { FeedError, openItem } from '../../src/feed/index.ts'
import { type MessageVector, vectorsOf } from './vector-files.ts'

const AUTHOR = '@iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=.ed25519'
const HASH = '151e5e660f42f9ca1a51f3e3765aa6933ccb39f36be9598ecdbae57567017903'
describe('readMessage', () => {
  test('reads every field, decoded, and the content as it stands', () => {
    const text = `{"author":"${AUTHOR}","sequence":2,"previous":"${HASH}","timestamp":"2026-02-12T18:30:00Z","content":{"a":1.0},"schema_id":"a\\"b","relates":"${HASH}","tags":["é","\\n"],"trace_id":"t","span_id":"","expires_at":"2027-01-01T00:00:00Z"}`
    expect(readMessage(text)).toEqual({
      author: AUTHOR,
      sequence: 2,
      previous: HASH,
      timestamp: '2026-02-12T18:30:00Z',
      content: '{"a":1.0}',
      schemaId: 'a"b',
      relates: HASH,
      tags: ['é', '\n'],
      traceId: 't',
      spanId: '',
      expiresAt: '2027-01-01T00:00:00Z',
    })
  })

  test('leaves absent fields out, and gives no tags as an empty list', () => {
    const fields = Object.keys(readMessage(textWith('null')))
    expect(fields.sort()).toEqual(['author', 'content', 'previous', 'sequence', 'tags', 'timestamp'])
  })

  test('refuses half of a surrogate pair, which no bytes can hold', () => {
    expect(() => readMessage(textWith('"\ud800"'))).toThrow(expect.objectContaining({ code: 'FEED_NOT_CANONICAL' }))
  })

  test('says where the text stops being canonical', () => {
    const text = textWith('[1, 2]')
    expect(() => readMessage(text)).toThrow(expect.objectContaining({ details: { at: text.indexOf(' 2]') } }))
  })
})

describe('laws', () => {
  test('any JSON value that is published is accepted, and its text is canonical by a second route', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const content = publishable(value)
        if (content === undefined) return
        expect(readMessage(textWith(content)).content).toBe(content)
        expect(rewrite(content)).toBe(content)
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('one changed byte in the content: accepted exactly when a second route writes the same text', () => {
    const content =
      '{"":[],"a\\n":{"k":-1.5e-7,"é":"\\u0001"},"b":[0,1.0,true,null,"x\\\\"],"c":{"10":1,"9":2},"😀":""}'
    fc.assert(
      fc.property(mutationOf(Buffer.from(content)), (bytes) => {
        const mutated = bytes.toString('utf8')
        const isCanonical = Buffer.from(mutated).equals(bytes) && rewrite(mutated) === mutated
        expect(
          accepts(
            Buffer.from(
              textWith('|').replace('|', () => bytes.toString('latin1')),
              'latin1',
            ),
          ),
        ).toBe(isCanonical)
      }),
      { seed: 2, numRuns: 4000 },
    )
  })

  test('one changed byte anywhere: refused, or a second route writes the same text', () => {
    const texts = vectorsOf<MessageVector>('message-1.json').filter(({ expect }) => expect.accept)
    fc.assert(
      fc.property(
        fc.constantFrom(...texts).chain(({ canonical = '' }) => mutationOf(Buffer.from(canonical))),
        (bytes) => {
          if (!accepts(bytes)) return
          expect(Buffer.from(rewriteMessage(bytes.toString('utf8')))).toEqual(bytes)
        },
      ),
      { seed: 3, numRuns: 4000 },
    )
  })
})

function textWith(content: string): string {
  return `{"author":"${AUTHOR}","sequence":1,"previous":null,"timestamp":"2026-02-12T18:30:00Z","content":${content}}`
}

function accepts(text: Uint8Array): boolean {
  try {
    openItem({ text, signature: new Uint8Array(64) })
    return true
  } catch (error) {
    if (error instanceof FeedError) return false
    throw error
  }
}

/** Numbers beyond 2^53 are refused at publish; they have tests of their own. */
function publishable(value: unknown): string | undefined {
  try {
    return canonicalContent(value)
  } catch (error) {
    if (error instanceof FeedError) return undefined
    throw error
  }
}

/** One byte replaced, inserted or removed; the bytes are those that matter in JSON, or any. */
function mutationOf(bytes: Buffer): fc.Arbitrary<Buffer> {
  const byte = fc.oneof(fc.constantFrom(...Buffer.from('"\\{}[],:0129.-+eEutn/ \n\u007f')), fc.nat(255))
  return fc
    .tuple(fc.nat(bytes.length - 1), byte, fc.constantFrom(0, 1), fc.boolean())
    .map(([at, value, taken, isRemoval]) => {
      const put = isRemoval ? [] : [value]
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + (isRemoval ? 1 : taken))])
    })
}
