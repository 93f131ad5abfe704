import { describe, expect, test } from 'vitest'
import { marks, marksOf, searchTextOf } from '../../src/projections/search-text.ts'
import { entryFrom } from './entries.ts'
import type { Draft } from '../../src/feed/index.ts'

function textFrom(draft: Draft) {
  return searchTextOf(entryFrom(draft).envelope)
}

describe('searchTextOf', () => {
  test('puts title and observation apart and everything else together', () => {
    const content = { title: 'T', observation: 'O', evidence: 'E', type: 'insight' }
    expect(textFrom({ content })).toEqual({ title: 'T', observation: 'O', rest: 'E\ninsight' })
  })

  test('takes the texts of any depth, and no name of a field', () => {
    const content = { body: { lines: ['one', { two: 'three' }, [['four']]], count: 5, no: false, nil: null } }
    expect(textFrom({ content }).rest).toBe('one\nthree\nfour')
  })

  test.each([
    ['a text', 'hello', 'hello'],
    ['a list', ['a', 'b'], 'a\nb'],
    ['a number', 7, ''],
    ['null', null, ''],
  ])('takes content that is %s', (_, content, rest) => {
    expect(textFrom({ content })).toEqual({ title: '', observation: '', rest })
  })

  test('counts a title that is no text as any other field', () => {
    expect(textFrom({ content: { title: ['a'], observation: { b: 'c' } } })).toEqual({
      title: '',
      observation: '',
      rest: 'c\na',
    })
  })

  test('takes the tags', () => {
    expect(textFrom({ content: 'x', tags: ['sync', 'wal'] }).rest).toBe('x\nsync\nwal')
  })

  test('takes all of the longest content and not one character more', () => {
    const longest = 'x'.repeat(65_534)
    expect(textFrom({ content: longest, tags: ['y'] }).rest).toBe(`${longest}\ny`)
    expect(textFrom({ content: longest, tags: ['yz'] }).rest).toBe(`${longest}\ny`)
  })
})

describe('marks', () => {
  test('of a message hold those of each filter', () => {
    const all = marksOf(entryFrom({ content: { type: 'insight' }, tags: ['a', 'b'] })).split(' ')
    for (const filter of [{ feed: 1 }, { type: 'insight' }, { tags: ['b'] }]) expect(all).toContain(marks(filter))
    expect(all).toHaveLength(4)
  })

  test('tell apart what only differs in case, signs or kind', () => {
    const different = [{ tags: ['a'] }, { tags: ['A'] }, { tags: ['a-'] }, { type: 'a' }, { tags: ['ä'] }].map(marks)
    expect(new Set(different).size).toBe(different.length)
  })

  test('are none for no filter', () => {
    expect(marks({})).toBe('')
  })
})
