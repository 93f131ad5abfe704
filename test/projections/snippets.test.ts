import { expect, onTestFinished, test } from 'vitest'
import { snippetsOf } from '../../src/projections/snippets.ts'
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
  const snippets = await snippetsOf(openLog().reader, 'pearl', messages)
  expect(snippets.size).toBe(200)
  expect(snippets.get(200)).toMatch(/^\[pearl\] 77/)
  expect(turns.size).toBeGreaterThan(5)
})
