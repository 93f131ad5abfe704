import { describe, expect, test } from 'vitest'
import { identifierPartsIn, pairsIn, partsOf, spaced, unspaced } from '../../src/projections/word-parts.ts'

describe('partsOf', () => {
  test.each([
    ['retryBudget', 'retry Budget'],
    ['HTTPServer', 'HTTP Server'],
    ['sha256Sum', 'sha256 Sum'],
    ['größeÄndern', 'größe Ändern'],
  ])('%s', (word, parts) => {
    expect(partsOf(word)).toBe(parts)
  })

  test.each(['word', 'Word', 'WORD', 'snake_case', 'TS2742', ''])('leaves %s', (word) => {
    expect(partsOf(word)).toBeUndefined()
  })

  test('splits 64 characters and no longer word', () => {
    expect(partsOf(`a${'B'.repeat(63)}`)).toBe(`a ${'B'.repeat(63)}`)
    expect(partsOf(`a${'B'.repeat(64)}`)).toBeUndefined()
  })
})

describe('identifierPartsIn', () => {
  test('finds them among other words', () => {
    expect(identifierPartsIn('call `safeFetch(webhookUrl)` and no other fetch')).toEqual(['safe Fetch', 'webhook Url'])
  })

  test('takes the first 500', () => {
    expect(identifierPartsIn('aB '.repeat(500))).toHaveLength(500)
    expect(identifierPartsIn('aB '.repeat(501))).toHaveLength(500)
  })

  test('reads the longest word there can be', () => {
    expect(identifierPartsIn('x'.repeat(65_536))).toEqual([])
    expect(identifierPartsIn('xY'.repeat(32_768))).toEqual([])
  })
})

describe('scripts without spaces', () => {
  test.each([
    ['郵便番号', '郵 便 番 号'],
    ['7桁で', '7 桁 で'],
    ['plain words', 'plain words'],
  ])('%s is spaced, and back', (text, expected) => {
    expect(spaced(text)).toBe(expected)
  })

  test.each([
    ['先 に [郵 便] 番 号', '先に[郵便]番号'],
    ['two words', 'two words'],
  ])('%s is written together again', (text, expected) => {
    expect(unspaced(text)).toBe(expected)
  })

  test.each([
    ['郵便番号', ['郵 便', '便 番', '番 号']],
    ['号', ['号']],
    ['word', ['word']],
  ])('%s is looked up by pairs', (word, pairs) => {
    expect(pairsIn(word)).toEqual(pairs)
  })
})
