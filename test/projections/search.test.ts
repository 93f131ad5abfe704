import { expect, test } from 'vitest'
import { Search } from '../../src/projections/search.ts'
import { chainOf, insights } from '../support/feeds.ts'
import { identityOf, openLog } from '../support/open-log.ts'
import { entryFrom, entryOf, fold, forked } from './entries.ts'

const bob = identityOf(2)

function openSearch() {
  const { database } = openLog()
  const search = new Search(database)
  search.reset()
  const matches = (text: string) =>
    database.prepare('SELECT rowid FROM search_index WHERE search_index MATCH ? ORDER BY rowid').pluck().all(text)
  // The record in which FTS5 counts rows and words: what bm25 takes for the size of everything.
  const totals = () => database.prepare('SELECT hex(block) FROM search_index_data WHERE id = 1').pluck().get()
  return { database, search, matches, totals }
}

test('a message told twice is indexed once', () => {
  const { search, matches, totals } = openSearch()
  const entry = entryFrom({ content: 'pearl' })
  fold(search, entry)
  const once = totals()
  fold(search, entry)
  expect([matches('pearl'), totals()]).toEqual([[1], once])
})

test.each([
  ['49 messages in one step', 49, 1],
  ['50 messages in two steps, the second of which finds nothing left', 50, 2],
  ['101 messages in three steps', 101, 3],
])('a mark withdraws %s', (_, count, steps) => {
  const { search, matches } = openSearch()
  const chain = chainOf(bob, insights(count, 'pearl'))
  for (const [index, message] of chain.entries()) fold(search, entryOf(message, { offset: index + 1 }))
  expect(matches('pearl')).toHaveLength(count)
  expect(fold(search, forked(bob.author, 1))).toBe(steps)
  expect(matches('pearl')).toEqual([])
})

test('text of every kind can be indexed and found', () => {
  const { search, matches } = openSearch()
  const texts = [
    'a\u0000pearl',
    '\u202epearl',
    '𝄞 pearl 👩‍🚀',
    `${'x'.repeat(40_000)} pearl`,
    '"pearl"',
    '日本語 pearl',
  ]
  for (const [index, content] of texts.entries()) fold(search, { ...entryFrom({ content }), offset: index + 1 })
  expect(matches('pearl')).toEqual([1, 2, 3, 4, 5, 6])
})

test('a reset leaves it empty', () => {
  const { search, matches } = openSearch()
  fold(search, entryFrom({ content: 'pearl' }))
  search.reset()
  expect(matches('pearl')).toEqual([])
  fold(search, entryFrom({ content: 'pearl' }))
  expect(matches('pearl')).toEqual([1])
})
