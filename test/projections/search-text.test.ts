import { describe, expect, test } from 'vitest'
import { marksOf, marksWanted, searchTextOf } from '../../src/projections/search-text.ts'
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

  test.each(['observation', 'content', 'text', 'question', 'answer', 'body'])(
    'puts what a message says in %s beside its title',
    (name) => {
      expect(textFrom({ content: { title: 'T', [name]: 'O' } })).toEqual({ title: 'T', observation: 'O', rest: '' })
    },
  )

  test('joins what a message says under several names', () => {
    expect(textFrom({ content: { body: 'B', text: 'T' } }).observation).toBe('B\nT')
  })

  test('adds the parts of identifiers', () => {
    const content = { title: 'retryBudget', observation: 'plain', evidence: 'HTTPServer' }
    expect(textFrom({ content })).toEqual({
      title: 'retryBudget',
      observation: 'plain',
      rest: 'HTTPServer\nretry Budget\nHTTP Server',
    })
  })

  test('makes a word of each character of scripts without spaces', () => {
    const text = textFrom({ content: { title: '郵便', text: '7桁で', more: '住所' } })
    expect(text).toEqual({ title: '郵 便', observation: '7 桁 で', rest: '住 所' })
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
    const content = { type: 'memory', agent: 'claude', category: 'rules', project: 'tidepool' }
    const all = marksOf(entryFrom({ content, tags: ['a', 'b'] })).split(' ')
    const filters = [{ feed: 1 }, { tag: 'b' }, { agent: 'claude' }, { category: 'rules' }, { project: 'tidepool' }]
    for (const filter of filters) expect(all).toContain(marksWanted(filter))
    expect(all).toContain(marksWanted({ types: ['memory'] }).replaceAll(/[()]/g, ''))
    expect(all).toHaveLength(7)
  })

  test('of what is no object are those of its feed', () => {
    for (const content of [null, 'text', 7, ['a']])
      expect(marksOf(entryFrom({ content }))).toBe(marksWanted({ feed: 1 }))
  })

  test('tell apart what only differs in case, signs or kind', () => {
    const wanted = [{ tag: 'a' }, { tag: 'A' }, { tag: 'a-' }, { types: ['a'] }, { tag: 'ä' }, { category: 'a' }]
    expect(new Set(wanted.map(marksWanted)).size).toBe(wanted.length)
  })

  test('are none for no filter', () => {
    expect(marksWanted({})).toBe('')
  })
})
