import { describe, expect, test } from 'vitest'
import { chainOf, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'
import type { OpenApi } from '../open-api.ts'

const NOTES = [
  {
    content: { type: 'insight', title: 'Rate limiting', observation: 'prevents cascade failures', agent: 'claude' },
    tags: ['api'],
  },
  { content: { type: 'query', question: 'Who limits the rate of retries?' } },
  { content: { type: 'insight', title: 'Unrelated', observation: 'nothing to see' } },
]

async function withNotes(): Promise<OpenApi> {
  const opened = openApi()
  await opened.log.ingest(chainOf(identityOf(2), NOTES).map(itemOf), 'a peer')
  await opened.projections.settled(opened.log.cursor().offset)
  return opened
}

describe('search', () => {
  test('finds words in any content, best first, with score and snippet', async () => {
    const { get } = await withNotes()
    const { status, data, metadata } = await get('/v1/insights/search?q=rate+limiting')
    expect(status).toBe(200)
    expect(data[0]).toMatchObject({
      content: { title: 'Rate limiting' },
      local: { score: expect.any(Number), snippet: expect.stringMatching(/rate/i) },
    })
    expect(data).toHaveLength(2)
    expect(data[0].local.score).toBeGreaterThan(data[1].local.score)
    expect(metadata).toMatchObject({ limit: 20, offset: 0 })
  })

  test('messages stand in the answer as they were signed', async () => {
    const { get } = await withNotes()
    const [first] = chainOf(identityOf(2), NOTES)
    const { text } = await get('/v1/insights/search?q=cascade')
    expect(text).toContain(`"data":[${first?.text.slice(0, -1)},"hash":"${first?.hash}"`)
  })

  test('finds what was published a moment ago', async () => {
    const { get, post } = openApi()
    const { data } = await post('/v1/publish', { content: { type: 'insight', title: 'freshly baked' } })
    const found = await get('/v1/insights/search?q=baked')
    expect(found.data.map(({ hash }: { hash: string }) => hash)).toEqual([data.hash])
  })

  test.each([
    ['content_type=insight', 1],
    ['content_type=response', 0],
    ['tag=api', 1],
    ['tag=other', 0],
    ['agent=claude', 1],
    ['agent=claude&tag=other', 0],
    ['agent=cla', 0],
    [`author=${encodeURIComponent(identityOf(2).author)}`, 2],
    [`author=${encodeURIComponent(identityOf(3).author)}`, 0],
    ['since=2025-12-31T23:59:59Z', 2],
    ['since=2026-01-01T01:00:00+01:00', 2],
    ['since=2026-01-01T01:00:01+01:00', 0],
    ['since=2027-01-01T00:00:00Z', 0],
    ['limit=1', 1],
    ['offset=1', 1],
    ['offset=2', 0],
  ])('is narrowed by %s', async (filter, count) => {
    const { get } = await withNotes()
    const { status, data } = await get(`/v1/insights/search?q=rate&${filter}`)
    expect(status).toBe(200)
    expect(data).toHaveLength(count)
  })

  test('takes an author whose plus signs arrive as spaces', async () => {
    const { get } = openApi()
    const author = [...Array(250).keys()].map((seed) => identityOf(seed + 1).author).find((name) => name.includes('+'))
    const answer = await get(`/v1/insights/search?q=a&author=${author}`)
    expect(answer).toMatchObject({ status: 200, data: [] })
  })

  test.each(['', '?q=', '?q=%20%09', '?limit=5'])('needs words: "%s"', async (query) => {
    const answer = await openApi().get(`/v1/insights/search${query}`)
    expect(answer).toMatchObject({ status: 400, error: { code: 'MISSING_QUERY', details: [{ field: 'q' }] } })
  })

  test('takes a text of 1,024 characters and no longer one', async () => {
    const { get } = openApi()
    await expect(get(`/v1/insights/search?q=${'x'.repeat(1024)}`)).resolves.toMatchObject({ status: 200 })
    await expect(get(`/v1/insights/search?q=${'x'.repeat(1025)}`)).resolves.toMatchObject({
      status: 400,
      error: { code: 'INVALID_QUERY', details: [{ field: 'q' }] },
    })
  })

  test.each([
    ['author', 'nobody'],
    ['since', 'yesterday'],
    ['limit', '0'],
    ['syntax', 'regex'],
  ])('refuses %s=%s', async (name, value) => {
    const answer = await openApi().get(`/v1/insights/search?q=a&${name}=${value}`)
    expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_QUERY', details: [{ field: name }] } })
  })

  test.each([
    '"',
    '(',
    ')',
    '*',
    'a AND',
    'NOT',
    'title:x',
    '^a',
    'NEAR(',
    "';--",
    '\u0000',
    '\u202e',
    '💥',
    '{a}',
    '-a',
    '+',
  ])('words are never a query language: %s', async (words) => {
    const { get } = await withNotes()
    const answer = await get(`/v1/insights/search?q=${encodeURIComponent(words)}`)
    expect(answer).toMatchObject({ status: 200, success: true })
  })

  test('takes the query language when it is asked for, and refuses its broken grammar in words', async () => {
    const { get } = await withNotes()
    const query = encodeURIComponent('cascade OR retries')
    expect((await get(`/v1/insights/search?syntax=fts5&q=${query}`)).data).toHaveLength(2)
    const broken = await get(`/v1/insights/search?syntax=fts5&q=${encodeURIComponent('cascade AND (')}`)
    expect(broken).toMatchObject({ status: 400, error: { code: 'INVALID_QUERY' } })
  })
})
