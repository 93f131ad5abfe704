import { describe, expect, test } from 'vitest'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, TEST_NOW } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'
import type { Draft } from '../../../src/feed/index.ts'
import type { OpenApi } from '../open-api.ts'

const OTHER = identityOf(2)

/** Takes in a chain of another author and waits until it is listed. */
async function ingest({ log, projections }: OpenApi, drafts: Draft[], identity = OTHER): Promise<void> {
  await log.ingest(chainOf(identity, drafts).map(itemOf), 'a peer')
  await projections.settled(log.cursor().offset)
}

function titles(data: { content: { title: string } }[]): string[] {
  return data.map(({ content }) => content.title)
}

describe('the feed', () => {
  test('shows others, newest first, and us only when asked', async () => {
    const opened = openApi()
    await ingest(opened, insights(2, 'theirs'))
    await opened.post('/v1/publish', { content: { title: 'ours' } })
    expect(titles((await opened.get('/v1/feed')).data)).toEqual(['theirs 2', 'theirs 1'])
    for (const yes of ['true', '1']) {
      const { data } = await opened.get(`/v1/feed?include_self=${yes}`)
      expect(titles(data)).toContain('ours')
      expect(data).toHaveLength(3)
    }
    for (const no of ['false', '0']) {
      expect((await opened.get(`/v1/feed?include_self=${no}`)).data).toHaveLength(2)
    }
  })

  test('an empty log answers an empty list', async () => {
    const answer = await openApi().get('/v1/feed')
    expect(answer).toMatchObject({ status: 200, success: true, data: [] })
    expect(answer.metadata).toEqual({ total: 0, limit: 50, offset: 0 })
  })

  test('one reads one’s own write', async () => {
    const { post, get } = openApi()
    for (const count of [1, 2, 3]) {
      await post('/v1/publish', { content: count })
      expect((await get('/v1/feed?include_self=true')).data).toHaveLength(count)
    }
  })

  test('messages stand in the list as they were signed', async () => {
    const opened = openApi()
    const drafts = [{ content: { a: '\u2028\u0000', __proto__: null, n: 'x'.repeat(3000) } }, { content: 'b' }]
    const chain = chainOf(OTHER, drafts)
    await ingest(opened, drafts)
    const { text } = await opened.get('/v1/feed')
    for (const message of chain) expect(text).toContain(`${message.text.slice(0, -1)},"hash":"${message.hash}"`)
  })

  test('a list of large messages is whole', async () => {
    const opened = openApi()
    await ingest(
      opened,
      Array.from({ length: 12 }, (_, at) => ({ content: `${at}${'ж'.repeat(30_000)}` })),
    )
    const { data, metadata } = await opened.get('/v1/feed')
    expect(data.map(({ content }: { content: string }) => Number.parseInt(content, 10))).toEqual(
      Array.from({ length: 12 }, (_, at) => 11 - at),
    )
    expect(metadata.total).toBe(12)
  })
})

describe('pages', () => {
  test('a limit is echoed, and one over the maximum is the maximum', async () => {
    const { get } = openApi()
    for (const [asked, echoed] of [
      ['1', 1],
      ['200', 200],
      ['201', 200],
      ['99999999999999999999', 200],
    ] as const) {
      expect((await get(`/v1/feed?limit=${asked}`)).metadata.limit).toBe(echoed)
    }
  })

  test.each([
    ['limit', '0'],
    ['limit', '-1'],
    ['limit', 'ten'],
    ['limit', '1.5'],
    ['limit', '1e2'],
    ['limit', ''],
    ['limit', '%20'],
    ['offset', '-1'],
    ['offset', 'x'],
    ['include_self', 'yes'],
    ['include_self', ''],
    ['relates', 'abc'],
    ['after', 'nonsense'],
  ])('%s=%s is a bad query', async (name, value) => {
    const { status, error } = await openApi().get(`/v1/feed?${name}=${value}`)
    expect({ status, code: error.code }).toEqual({ status: 400, code: 'INVALID_QUERY' })
    expect(error.details).toMatchObject([{ field: name, message: expect.any(String) }])
  })

  test('a parameter that stands twice is a bad query, an unknown one is ignored', async () => {
    const { get } = openApi()
    await expect(get('/v1/feed?limit=1&limit=2')).resolves.toMatchObject({
      status: 400,
      error: { code: 'INVALID_QUERY' },
    })
    await expect(get('/v1/feed?colour=red&__proto__=1&constructor=2')).resolves.toMatchObject({ status: 200 })
  })

  test('by cursor neither skip nor repeat a message when others arrive meanwhile', async () => {
    const opened = openApi()
    await ingest(opened, insights(25))
    const seen: string[] = []
    let next: string | undefined = ''
    for (let page = 0; next !== undefined; page++) {
      const { data, metadata } = await opened.get(`/v1/feed?limit=10${next && `&after=${encodeURIComponent(next)}`}`)
      seen.push(...titles(data))
      next = metadata.next
      await ingest(opened, [{ content: { title: 'arrived meanwhile' } }], identityOf(10 + page))
    }
    const old = seen.filter((title) => title !== 'arrived meanwhile')
    expect(old).toEqual(Array.from({ length: 25 }, (_, at) => `note ${25 - at}`))
  })

  test('by offset follow on each other, and the last has no next', async () => {
    const opened = openApi()
    await ingest(opened, insights(5))
    const first = await opened.get('/v1/feed?limit=3')
    const second = await opened.get('/v1/feed?limit=3&offset=3')
    expect(titles([...first.data, ...second.data])).toEqual(['note 5', 'note 4', 'note 3', 'note 2', 'note 1'])
    expect(first.metadata).toMatchObject({ total: 5, limit: 3, offset: 0, next: expect.any(String) })
    expect(second.metadata).toEqual({ total: 5, limit: 3, offset: 3 })
    expect((await opened.get('/v1/feed?offset=99999999999999999999')).data).toEqual([])
  })
})

describe('filters', () => {
  const HASH = 'c'.repeat(64)

  test.each([
    ['content_type=query', ['a query']],
    ['content_type=nothing', []],
    ['tag=red', ['tagged']],
    ['tag=r%C3%A9d%20%2B', ['tagged']],
    ['tag=', []],
    [`relates=${HASH}`, ['an answer']],
    ['trace_id=t-1', ['traced']],
    ['tag=red&trace_id=t-1', []],
    ['agent=claude', ['said by one of two']],
    ['agent=claude&tag=red', []],
    ['agent=Claude', []],
    ['agent=', []],
    ['content_type=__proto__', []],
    ['tag=%00', []],
    ["tag=' OR 1=1 --", []],
  ])('%s', async (query, expected) => {
    const opened = openApi()
    await ingest(opened, [
      { content: { type: 'query', title: 'a query' } },
      { content: { title: 'tagged' }, tags: ['red', 'réd +'] },
      { content: { title: 'an answer' }, relates: HASH },
      { content: { title: 'traced' }, traceId: 't-1' },
      { content: { title: 'said by one of two', agent: 'claude' } },
      { content: { title: 'said by the other', agent: 'codex' } },
    ])
    const { status, data, metadata } = await opened.get(`/v1/feed?${query}`)
    expect(status).toBe(200)
    expect(titles(data)).toEqual(expected)
    expect(metadata.total).toBe(expected.length)
  })
})

describe('the feed of one author', () => {
  /** An author whose name holds both of the characters that paths and queries treat specially. */
  function awkwardIdentity() {
    for (let seed = 1; ; seed++) {
      const identity = identityOf(seed)
      if (/^[^/]*\/.*\+|^[^+]*\+.*\//.test(identity.author)) return identity
    }
  }

  test.each([
    ['percent-encoded', (author: string) => encodeURIComponent(author)],
    ['raw', (author: string) => author],
    ['with only its slashes encoded', (author: string) => author.replaceAll('/', '%2F')],
    ['with only its plus signs encoded', (author: string) => author.replaceAll('+', '%2b')],
  ])('is found by its name %s', async (_, spell) => {
    const opened = openApi()
    const identity = awkwardIdentity()
    expect(identity.author).toMatch(/\/.*=/)
    await ingest(opened, insights(2), identity)
    await ingest(opened, insights(1, 'other'), identityOf(200))
    const { data, metadata } = await opened.get(`/v1/feed/${spell(identity.author)}?limit=1`)
    expect(titles(data)).toEqual(['note 2'])
    expect(metadata).toMatchObject({ total: 2, limit: 1 })
  })

  test('is our own too', async () => {
    const { post, get, identity } = openApi()
    await post('/v1/publish', { content: { title: 'ours' } })
    expect(titles((await get(`/v1/feed/${identity.author}`)).data)).toEqual(['ours'])
  })

  test('is empty for an author who is not known', async () => {
    const answer = await openApi().get(`/v1/feed/${identityOf(9).author}`)
    expect(answer).toMatchObject({ status: 200, data: [], metadata: { total: 0 } })
  })

  test.each([
    'nobody',
    '@.ed25519',
    '@ab/c+d=.ed25519',
    `@${'A'.repeat(43)}=.ed25519`,
    `${identityOf(2).author}x`,
    `${identityOf(2).author}/`,
    identityOf(2).author.slice(1),
    identityOf(2).author.replace('=.', '.'),
    '%00',
    '%ff',
    '%',
    '@\u202e.ed25519',
    'x'.repeat(5000),
  ])('is refused for a malformed author: %s', async (author) => {
    const answer = await openApi().get(`/v1/feed/${author}`)
    expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_AUTHOR', details: [{ field: 'author' }] } })
  })
})

describe('insights', () => {
  test('are the messages of that type, ours among them unless left out', async () => {
    const opened = openApi()
    await ingest(opened, [...insights(1, 'theirs'), { content: { type: 'query', title: 'no insight' } }])
    await opened.post('/v1/publish', { content: { type: 'insight', title: 'ours' } })
    expect(titles((await opened.get('/v1/insights')).data).sort()).toEqual(['ours', 'theirs 1'])
    expect(titles((await opened.get('/v1/insights?include_self=false')).data)).toEqual(['theirs 1'])
    expect((await opened.get('/v1/insights?content_type=query')).data).toHaveLength(2)
  })
})

describe('time', () => {
  test('an expired message leaves every list at its time', async () => {
    const opened = openApi()
    await opened.post('/v1/publish', {
      content: { type: 'insight', title: 'brief' },
      expires_at: '2026-01-01T00:01:00Z',
    })
    const paths = [
      '/v1/feed?include_self=1',
      '/v1/insights',
      `/v1/feed/${opened.identity.author}`,
      '/v1/insights/search?q=brief',
    ]
    for (const path of paths) expect((await opened.get(path)).data).toHaveLength(1)
    opened.clock.now = TEST_NOW + 60_000
    for (const path of paths) expect((await opened.get(path)).data).toEqual([])
  })

  test('a message dated far ahead is flagged, and does not stay on top', async () => {
    const opened = openApi()
    opened.clock.now = TEST_NOW - 3_600_000
    await ingest(opened, [{ content: { title: 'from the future' } }])
    opened.clock.now = TEST_NOW
    await ingest(opened, [{ content: { title: 'later' } }], identityOf(3))
    const { data } = await opened.get('/v1/feed')
    expect(titles(data)).toEqual(['later', 'from the future'])
    expect(data[1].local.flags).toEqual(['future'])
  })
})
