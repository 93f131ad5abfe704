import { describe, expect, test } from 'vitest'
import { JSON_DEPTH_MAX } from '../../src/feed/constants.ts'
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

  test('does not count brackets in strings', () => {
    const text = `{"a":"${'[{'.repeat(1000)}\\"[","b":["\\\\"]}`
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })
})

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth)
}
