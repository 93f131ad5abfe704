import { describe, expect, test } from 'vitest'
import { canonicalContent } from '../../src/feed/canonical.ts'
import { DEPTH_MAX } from '../../src/feed/constants.ts'
import { CONTENT_BYTES_MAX, parseJson } from '../../src/feed/index.ts'

describe('canonicalContent', () => {
  test('is compact, with keys sorted by UTF-8 bytes at every depth', () => {
    const value = { z: [{ b: 1, a: 2 }], '\u{10000}': 0, '\ue000': 0, 10: 1, 9: 2, a: null, '': true }
    expect(canonicalContent(value)).toBe('{"":true,"10":1,"9":2,"a":null,"z":[{"a":2,"b":1}],"\ue000":0,"\u{10000}":0}')
  })

  test('keeps __proto__ as an ordinary key', () => {
    expect(canonicalContent(parseJson('{"b":1,"__proto__":{"x":[]}}'))).toBe('{"__proto__":{"x":[]},"b":1}')
  })

  test('escapes what must be escaped, and nothing else', () => {
    expect(canonicalContent('"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028é😀')).toBe(
      '"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u2028é😀"',
    )
  })

  test('signs the tokens of the request, not what they mean', () => {
    expect(canonicalContent(parseJson('{"b":1.0,"a":[1,1E5,-0,0.000001]}'))).toBe(
      '{"a":[1,100000.0,-0.0,1e-6],"b":1.0}',
    )
  })

  test('prints plain numbers: whole ones as integers', () => {
    expect(canonicalContent([1, -5, 0, -0, 0.5, 1e-6, 1e-7, 2 ** 53 - 1])).toBe(
      '[1,-5,0,0,0.5,1e-6,1e-7,9007199254740991]',
    )
  })

  test('takes raw tokens of every kind', () => {
    const raw = (text: string): unknown => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text)
    expect(canonicalContent([raw('"\\u0041"'), raw('null'), raw('true')])).toBe('["A",null,true]')
  })

  test('takes plain objects of any origin', () => {
    expect(canonicalContent(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}')
  })

  test.for([
    ['content', undefined],
    ['content.a', { a: undefined }],
    ['content[1]', [1, undefined]],
    ['content[0]', Array(1)],
    ['content.a[3].b', { a: [0, 0, 0, { b: () => 1 }] }],
    ['content.a', { a: 1n }],
    ['content.a', { a: Symbol('x') }],
    ['content.a', { a: new Date(0) }],
    ['content.a', { a: new Map() }],
    ['content.a', { a: Number.NaN }],
    ['content.a', { a: Number.POSITIVE_INFINITY }],
    ['content.a', { a: 2 ** 53 }],
    ['content.a', { a: -(2 ** 53) }],
    ['content.a', { a: '\ud800' }],
    ['content.a', { a: '\udc00\ud800' }],
    ['content', { '\ud800': 1 }],
    ['content.n', parseJson('{"n":9007199254740993}')],
  ] as const)('refuses at %s: %o', ([path, value]) => {
    expect(() => canonicalContent(value)).toThrow(
      expect.objectContaining({ code: 'FEED_NOT_CANONICAL', details: { field: 'content', path } }),
    )
  })

  test('says in words what is wrong', () => {
    expect(() => canonicalContent({ a: new Date(0) })).toThrow('content.a is a Date, which JSON cannot hold.')
    expect(() => canonicalContent({ a: [2 ** 53] })).toThrow(
      'content.a[0] is the number 9007199254740992; numbers must be smaller',
    )
  })

  test('takes content 128 deep and refuses 129', () => {
    expect(canonicalContent(nested(DEPTH_MAX))).toBe('['.repeat(128) + ']'.repeat(128))
    expect(() => canonicalContent(nested(DEPTH_MAX + 1))).toThrow(
      expect.objectContaining({ code: 'FEED_NOT_CANONICAL' }),
    )
  })

  test('refuses a value that contains itself', () => {
    const value: Record<string, unknown> = {}
    value.self = value
    expect(() => canonicalContent(value)).toThrow('nested deeper than 128 levels')
  })

  test('takes 65,536 bytes and refuses one more, counted in UTF-8', () => {
    expect(canonicalContent(`${'é'.repeat(32_766)}xx`)).toHaveLength(32_770)
    expect(() => canonicalContent(`${'é'.repeat(32_766)}xxx`)).toThrow(
      expect.objectContaining({
        code: 'FEED_TOO_LARGE',
        details: { field: 'content', bytes: CONTENT_BYTES_MAX + 1, limit: CONTENT_BYTES_MAX },
      }),
    )
  })
})

function nested(depth: number): unknown {
  return depth === 1 ? [] : [nested(depth - 1)]
}
