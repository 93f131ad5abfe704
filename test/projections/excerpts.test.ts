import { describe, expect, onTestFinished, test } from 'vitest'
import { excerptsOf } from '../../src/projections/excerpts.ts'
import { termsOf } from '../../src/projections/search-words.ts'
import { openLog } from '../support/open-log.ts'
import { entryFrom } from './entries.ts'
import { openWithProjections } from './open-projections.ts'
import type { Draft } from '../../src/feed/index.ts'

async function snippetOf(draft: Draft, text: string): Promise<string | undefined> {
  const { publish, search } = openWithProjections()
  await publish(draft)
  return (await search(text)).hits[0]?.snippet
}

test.each([
  ['the words that matched, in whatever form', { title: 'Syncing slowed' }, 'slow sync', '[Syncing] [slowed]'],
  ['the field that has them', { title: 'A title', observation: 'an odd pearl' }, 'pearl', 'an odd [pearl]'],
  ['one line', { text: 'an\n\n odd\tpearl' }, 'pearl', 'an odd [pearl]'],
])('shows %s', async (_, content, text, expected) => {
  expect(await snippetOf({ content }, text)).toBe(expected)
})

test('cuts 24 words out of a long text', async () => {
  const before = Array.from({ length: 100 }, (_, index) => `b${index}`).join(' ')
  const snippet = (await snippetOf({ content: { text: `${before} pearl ${before}` } }, 'pearl')) ?? ''
  expect(snippet).toMatch(/^….*\[pearl\].*…$/)
  expect(snippet.split(' ')).toHaveLength(24)
})

test.each([
  ['the match while it stands within the first 8,192 characters', 8_192 - 'pearl'.length, /\[pearl\]$/],
  ['the beginning when it stands beyond', 8_192, /^1 1 1 .* 1…$/],
])('shows %s', async (_, before, expected) => {
  const text = `${'1 '.repeat(before / 2)}${before % 2 === 1 ? ' ' : ''}pearl`
  expect(text.indexOf('pearl')).toBe(before)
  const snippet = (await snippetOf({ content: { text } }, 'pearl')) ?? ''
  expect(snippet).toMatch(expected)
  expect(snippet.length).toBeLessThan(200)
})

test('shows Chinese and Japanese as it was written', async () => {
  expect(await snippetOf({ content: { text: '先に郵便番号を入力' } }, '便番')).toBe('先に郵[便番]号を入力')
})

describe('which word matched', () => {
  const matchedIn = async (content: object, text: string) => {
    const { publish, search } = openWithProjections()
    await publish({ content })
    return (await search(text, { fill: true })).hits[0]?.matched
  }

  test('is told with the columns that have it', async () => {
    const content = { title: 'Syncing', observation: 'a slow sync', evidence: 'slow' }
    expect(await matchedIn(content, 'sync slow')).toEqual({
      words: [
        { word: 'sync', as: 'whole', in: ['title', 'observation'] },
        { word: 'slow', as: 'whole', in: ['observation', 'rest'] },
      ],
      missing: [],
    })
  })

  test('is told with those that are missing', async () => {
    const matched = await matchedIn({ text: 'a slow sync' }, 'the slow zebra')
    expect(matched).toEqual({ words: [{ word: 'slow', as: 'whole', in: ['observation'] }], missing: ['zebra'] })
  })

  test('is told to be a beginning', async () => {
    const matched = await matchedIn({ text: 'pearlescent' }, 'pearl')
    expect(matched?.words).toEqual([{ word: 'pearl', as: 'beginning', in: ['observation'] }])
  })

  test("is not told of FTS5's own language", async () => {
    const { publish, search } = openWithProjections()
    await publish({ content: 'a pearl' })
    expect((await search('pearl', { fts5: true })).hits[0]).not.toHaveProperty('matched')
  })
})

test('shows each hit its own place, one search after the other', async () => {
  const { publish, search } = openWithProjections()
  await publish({ content: 'one pearl' }, { content: 'two pearls' }, { content: 'no gem' })
  expect((await search('pearl')).hits.map(({ snippet }) => snippet)).toEqual(['two [pearls]', 'one [pearl]'])
  expect((await search('gem')).hits.map(({ snippet }) => snippet)).toEqual(['no [gem]'])
})

test('lets the event loop turn while it reads a page of long messages', async () => {
  let turn = 0
  const turns = new Set<number>()
  const { text } = entryFrom({ content: ['pearl', ...Array(13_000).fill('77')] })
  const messages = Array.from({ length: 200 }, (_, index) => ({
    ...entryFrom({ content: 0 }),
    offset: index + 1,
    get envelope() {
      turns.add(turn)
      return JSON.parse(text)
    },
  }))
  const counting = setInterval(() => turn++)
  onTestFinished(() => clearInterval(counting))
  const excerpts = await excerptsOf(openLog().reader, { match: 'pearl', terms: termsOf('pearl') }, messages)
  expect(excerpts.size).toBe(200)
  expect(excerpts.get(200)?.snippet).toMatch(/^\[pearl\] 77/)
  expect(excerpts.get(200)?.matched?.missing).toEqual([])
  expect(turns.size).toBeGreaterThan(5)
})
