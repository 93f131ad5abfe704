import { describe, expect, test } from 'vitest'
import { allOf, anyOf, completed, termsOf } from '../../src/projections/search-words.ts'

describe('termsOf', () => {
  test.each([
    ['words', 'fast  sync\n', ['"fast"', '"sync"']],
    ['signs inside a word', `fork-join it's`, ['"fork-join"', `"it's"`]],
    ['quotes', 'a"b "c"', ['"a""b"', '"""c"""']],
    ['operators', 'a AND NOT (b* OR c:d) ^e', ['"a"', '"AND"', '"NOT"', '"(b*"', '"OR"', '"c:d)"', '"^e"']],
    ['no letter or digit', '+++ -- * "', []],
    ['nothing', '   ', []],
    ['other scripts', 'été 日本語 ١٢', ['"été"', '"日本語"', '"١٢"']],
    ['NUL', 'a\0b', ['"a"', '"b"']],
  ])('quotes %s', (_, text, terms) => {
    expect(termsOf(text)).toEqual(terms)
  })

  test('takes 32 words and no more', () => {
    const words = Array.from({ length: 33 }, (_, index) => `w${index}`)
    expect(termsOf(words.join(' '))).toHaveLength(32)
    expect(termsOf(words.slice(0, 32).join(' '))).toHaveLength(32)
  })
})

describe('completed', () => {
  test.each([
    ['three letters', 'a syn', ['"a"', '"syn" *']],
    ['the last part of a phrase', 'fork-joi', ['"fork-joi" *']],
  ])('completes %s', (_, text, terms) => {
    expect(completed(termsOf(text))).toEqual(terms)
  })

  test.each([
    ['two letters', 'sync ab'],
    ['a last part of two letters', 'fork-jo'],
    ['a word that ends in a sign', 'node.js c++'],
    ['nothing', ''],
  ])('leaves %s', (_, text) => {
    expect(completed(termsOf(text))).toBeUndefined()
  })
})

test('terms are joined by what FTS5 reads as AND and OR', () => {
  expect(allOf(['"a"', '"b" *'])).toBe('"a" "b" *')
  expect(anyOf(['"a"', '"b" *'])).toBe('"a" OR "b" *')
})
