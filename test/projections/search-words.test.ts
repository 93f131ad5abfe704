import { describe, expect, test } from 'vitest'
import { allOf, anyOf, begunBy, tellingAmong, termsOf } from '../../src/projections/search-words.ts'

describe('termsOf', () => {
  test.each([
    ['words', 'fast  sync\n', ['"fast"', '"sync"']],
    ['signs inside a word', `fork-join it's`, ['"fork-join"', `"it's"`]],
    ['quotes', 'a"b "c"', ['"a""b"', '"""c"""']],
    ['operators', 'a AND NOT (b* OR c:d) ^e', ['"a"', '"AND"', '"NOT"', '"(b*"', '"OR"', '"c:d)"', '"^e"']],
    ['no letter or digit', '+++ -- * "', []],
    ['nothing', '   ', []],
    ['other scripts', 'été слово ١٢', ['"été"', '"слово"', '"١٢"']],
    ['NUL', 'a\0b', ['"a"', '"b"']],
    ['identifiers, whole and in parts', 'retryBudget', ['("retryBudget" OR "retry Budget")']],
    ['Chinese and Japanese by pairs', '郵便番号', ['"郵 便"', '"便 番"', '"番 号"']],
    ['one such character', '号', ['"号"']],
  ])('quotes %s', (_, text, terms) => {
    expect(termsOf(text).map(({ whole }) => whole)).toEqual(terms)
  })

  test('takes 32 words and no more', () => {
    const words = Array.from({ length: 33 }, (_, index) => `w${index}`)
    expect(termsOf(words.join(' '))).toHaveLength(32)
    expect(termsOf(words.slice(0, 32).join(' '))).toHaveLength(32)
  })
})

describe('begunBy', () => {
  const begun = (text: string) => {
    const [term] = termsOf(text)
    return term && begunBy(term)
  }

  test.each([
    ['three letters', 'syn', '"syn" *'],
    ['the last part of a phrase', 'fork-joi', '"fork-joi" *'],
    ['an identifier, whole and in parts', 'retryBud', '("retryBud" * OR "retry Bud" *)'],
  ])('completes %s', (_, text, match) => {
    expect(begun(text)).toMatchObject({ begun: match })
  })

  test.each([
    ['two letters', 'ab'],
    ['a last part of two letters', 'fork-jo'],
    ['a word that ends in a sign', 'c++'],
    ['nothing', ''],
  ])('leaves %s', (_, text) => {
    expect(begun(text)).toBeUndefined()
  })
})

describe('tellingAmong', () => {
  test.each([
    ['leaves the little words of a question out', 'How do I roll it back?', ['roll', 'back?']],
    ['sees them beside signs', 'what is it, exactly?', ['exactly?']],
    ['keeps them when there are no others', 'to be or', ['to', 'be', 'or']],
  ])('%s', (_, text, words) => {
    expect(tellingAmong(termsOf(text)).map(({ word }) => word)).toEqual(words)
  })
})

test('terms are joined by what FTS5 reads as AND and OR', () => {
  expect(allOf(termsOf('a b'))).toBe('"a" AND "b"')
  expect(anyOf(termsOf('a b'))).toBe('"a" OR "b"')
})
