import { describe, expect, test } from 'vitest'
import { CONTENT_BYTES_MAX, JSON_DEPTH_MAX, JSON_SIZE_MAX } from '../../src/feed/constants.ts'
import { parseJson } from '../../src/feed/index.ts'

describe('parseJson', () => {
  test.for(['1.0', '1E5', '-0', '9007199254740993', '0.10', '1e400'])('keeps the number token %s', (token) => {
    expect(JSON.stringify(parseJson(`{"a":[${token}]}`))).toBe(`{"a":[${token}]}`)
  })

  test('leaves everything else as JSON.parse gives it', () => {
    expect(parseJson(' {"a":[null,true,"1.0",{}],"b":""} ')).toEqual({ a: [null, true, '1.0', {}], b: '' })
  })

  test('keeps the last of two equal keys, with its own token', () => {
    expect(JSON.stringify(parseJson('{"a":1.0,"a":2.0}'))).toBe('{"a":2.0}')
  })

  test('keeps __proto__ as a key of its own', () => {
    const value = parseJson('{"__proto__":{"x":"y"}}')
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  test.for(['', '{', '{"a":01}', '[1,]', 'undefined', '"\n"', '\ufeff{}', '"\\', '"'])(
    'refuses %j as JSON.parse does',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError)
    },
  )

  test('takes 256 levels and refuses 257', () => {
    expect(parseJson(nested(JSON_DEPTH_MAX))).toBeInstanceOf(Array)
    expect(() => parseJson(nested(JSON_DEPTH_MAX + 1))).toThrow(
      new SyntaxError('JSON is nested deeper than 256 levels.'),
    )
  })

  test.for(['['.repeat(2 ** 20), nested(2 ** 19), '{"a":'.repeat(2 ** 17)])(
    'refuses a megabyte of brackets without overflowing',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError)
    },
  )

  test('takes the largest content of small values', () => {
    expect(parseJson(ones(CONTENT_BYTES_MAX / 2 - 1))).toHaveLength(CONTENT_BYTES_MAX / 2 - 1)
  })

  test.for([
    ['numbers', '1', 2],
    ['numbers of any length', '1.000', 2],
    ['literals', 'false', 2],
    ['strings', '"a \\" [1]"', 3],
    ['empty containers', ' {} ', 3],
  ] as const)('takes as many %s as its limit allows, and refuses one more', ([, item, size]) => {
    const most = Math.floor((JSON_SIZE_MAX - 1) / size)
    const list = (length: number): string => `[${Array(length).fill(item).join(',')}]`
    expect(parseJson(list(most))).toHaveLength(most)
    expect(() => parseJson(list(most + 1))).toThrow(expect.objectContaining({ code: 'FEED_TOO_LARGE' }))
  })

  test('measures no string by its length', () => {
    const text = `"${'\\u0041'.repeat(170_000)}"`
    expect(parseJson(text)).toHaveLength(170_000)
  })

  test('does not count brackets in strings', () => {
    const text = `{"a":"${'[{'.repeat(1000)}\\"[","b":["\\\\"]}`
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })
})

function ones(length: number): string {
  return `[${Array(length).fill(1).join(',')}]`
}

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}
