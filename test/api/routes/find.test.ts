import { describe, expect, test } from 'vitest'
import { chainOf, itemOf } from '../../support/feeds.ts'
import { identityOf, TEST_NOW } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'
import type { Draft } from '../../../src/feed/index.ts'
import type { OpenApi } from '../open-api.ts'

const [bob, carol] = [identityOf(2), identityOf(3)]

const NOTES: Draft[] = [
  {
    content: { type: 'insight', title: 'Rate limiting', observation: 'stops cascades', agent: 'claude' },
    tags: ['api'],
  },
  {
    content: {
      type: 'memory',
      content: 'The rate limit of the partner is 80 a second',
      category: 'rules',
      project: 'tidepool',
    },
  },
  { content: { type: 'query', question: 'Who limits the rate of retries?' } },
  { content: { type: 'response', answer: 'The gateway limits the rate' } },
  { content: { type: 'message', text: 'rate limits are in place' } },
  { content: { type: 'profile', name: 'rate limiter' } },
  { content: { type: 'memory', content: 'nothing to see', category: 'global' } },
]

/** A node to which bob has said something. */
async function openWith(drafts: Draft[] = NOTES): Promise<OpenApi & { hashes: string[] }> {
  const opened = openApi()
  const chain = chainOf(bob, drafts)
  await hear(opened, chain.map(itemOf))
  return { ...opened, hashes: chain.map(({ hash }) => hash) }
}

async function hear({ log, projections }: OpenApi, items: ReturnType<typeof itemOf>[]): Promise<void> {
  await log.ingest(items, 'a peer')
  await projections.settled(log.cursor().offset)
}

function typesIn(data: { content: { type: string } }[]): string[] {
  return data.map(({ content }) => content.type).sort()
}

describe('what is found', () => {
  test('is insights, memories, messages, queries and responses', async () => {
    const { get } = await openWith()
    const { status, data, metadata } = await get('/v1/search?q=rate+limit')
    expect(status).toBe(200)
    expect(typesIn(data)).toEqual(['insight', 'memory', 'message', 'query', 'response'])
    expect(metadata).toMatchObject({ total: 5, limit: 20, offset: 0 })
  })

  test('says how it matches, how old it is and what others think of it', async () => {
    const { get, clock } = await openWith()
    clock.now = TEST_NOW + 90_000
    const { data } = await get('/v1/search?q=rate+limiting&type=insight')
    expect(data[0].local).toMatchObject({
      age_secs: 90,
      score: expect.any(Number),
      snippet: '[Rate] [limiting]',
      stance: { score: 0, endorsements: 0, disputes: 0, reasons: [] },
      matched: {
        how: 'all words',
        words: [
          { word: 'rate', as: 'whole', in: ['title'] },
          { word: 'limiting', as: 'whole', in: ['title'] },
        ],
        missing: [],
        filters: ['type'],
      },
    })
    expect(data[0].local).not.toHaveProperty('effect')
  })

  test('comes with all words first, then with some, which says what is missing', async () => {
    const { get } = await openWith()
    const { data } = await get('/v1/search?q=what+is+the+rate+of+the+partner')
    expect(data[0].content.type).toBe('memory')
    expect(data[0].local.matched).toMatchObject({ how: 'all words', missing: [] })
    expect(data[1].local.matched).toMatchObject({ how: 'some words', missing: ['partner'] })
  })

  test('knows that it has all words, also where one stands beyond what is looked at', async () => {
    const { get } = await openWith([{ content: { type: 'message', text: `pearl ${'x '.repeat(4_100)} oyster` } }])
    const { data } = await get('/v1/search?q=pearl+oyster')
    expect(data[0].local.matched).toMatchObject({ how: 'all words', words: [{ word: 'pearl' }], missing: [] })
  })

  test('has names of fields in every answer that say where a word stands', async () => {
    const { get } = await openWith()
    const { data } = await get('/v1/search?q=api&type=insight')
    expect(data[0].local.matched.words).toEqual([{ word: 'api', as: 'whole', in: ['other'] }])
  })
})

describe('a search is narrowed', () => {
  test.each([
    ['type=memory', 1],
    ['type=memory,query', 2],
    ['type=memory&type=query,response', 3],
    ['type=profile', 1],
    ['type=nothing', 0],
    ['category=rules', 1],
    ['category=global', 0],
    ['project=tidepool', 1],
    ['project=tide', 0],
    ['agent=claude', 1],
    ['tag=api', 1],
    ['tag=other', 0],
    [`author=${encodeURIComponent(bob.author)}`, 5],
    [`author=${encodeURIComponent(carol.author)}`, 0],
    ['since=2026-01-01T00:00:00Z', 5],
    ['since=2026-01-01T00:00:01Z', 0],
    ['limit=2', 2],
    ['offset=4', 1],
    ['followed=true', 0],
  ])('by %s', async (filter, count) => {
    const { get } = await openWith()
    const { status, data } = await get(`/v1/search?q=rate&${filter}`)
    expect(status).toBe(200)
    expect(data).toHaveLength(count)
  })

  test('by whom this node follows, itself among them', async () => {
    const opened = await openWith()
    await hear(opened, chainOf(carol, [{ content: { type: 'insight', title: 'rate of carol' } }]).map(itemOf))
    await opened.post('/v1/publish', { content: { type: 'insight', title: 'rate of ours' } })
    opened.log.selection.follow(carol.author)
    const { data } = await opened.get('/v1/search?q=rate&followed=true')
    expect(data.map(({ author }: { author: string }) => author).sort()).toEqual(
      [carol.author, opened.log.author].sort(),
    )
    expect(data[0].local.matched.filters).toEqual(['followed'])
  })
})

describe('what holds no longer', () => {
  /** An old text, a new one, one that is taken back, and one that expires after a minute. */
  async function openWithOld() {
    const [old] = chainOf(bob, [{ content: { type: 'memory', content: 'pearls are white' } }])
    const more: Draft[] = [
      { content: { type: 'memory', content: 'pearls are black', supersedes: old?.hash } },
      { content: { type: 'memory', content: 'pearls are blue' } },
      { content: { type: 'memory', content: 'pearls are few' }, expiresAt: '2026-01-01T00:01:00Z' },
      { content: { type: 'memory', content: 'pearls are secret' } },
    ]
    const chain = [...(old === undefined ? [] : [old]), ...chainOf(bob, more, old)]
    const [, , blue, , secret] = chain
    const retracts: Draft[] = [
      { content: { type: 'retract', target: blue?.hash } },
      { content: { type: 'retract', target: secret?.hash, erase: true } },
    ]
    const opened = openApi()
    await hear(opened, [...chain, ...chainOf(bob, retracts, chain.at(-1))].map(itemOf))
    opened.clock.now = TEST_NOW + 60_000
    const texts = async (include = '') => {
      const { data } = await opened.get(`/v1/search?q=pearls${include}`)
      return data.map(({ content }: { content: { content: string } }) => content.content.split(' ').at(-1)).sort()
    }
    return { ...opened, texts, old, new: chain[1] }
  }

  test.each([
    ['', ['black']],
    ['&include=superseded', ['black', 'white']],
    ['&include=retracted', ['black', 'blue']],
    ['&include=expired', ['black', 'few']],
    ['&include=superseded,retracted&include=expired', ['black', 'blue', 'few', 'white']],
  ])('is found only when it is asked for: "%s"', async (include, expected) => {
    const { texts } = await openWithOld()
    expect(await texts(include)).toEqual(expected)
  })

  test('says so', async () => {
    const { get, old, ...opened } = await openWithOld()
    const { data } = await get('/v1/search?q=white&include=superseded')
    expect(data[0].hash).toBe(old?.hash)
    expect(data[0].local.effect).toEqual({ applied: false, reason: 'SUPERSEDED', by: opened.new?.hash })
  })

  test('says that its time is over', async () => {
    const { get } = await openWithOld()
    const { data } = await get('/v1/search?q=few&include=expired')
    expect(data.map(({ local }: { local: object }) => local)).toMatchObject([{ flags: ['expired'] }])
    expect((await get('/v1/search?q=black')).data[0].local.flags).toEqual([])
  })

  test('is found by the older call while it is superseded, and says so, but not once it is taken back', async () => {
    const { get, old } = await openWithOld()
    const { data } = await get('/v1/insights/search?q=pearls')
    expect(data).toHaveLength(2)
    const superseded = data.find(({ hash }: { hash: string }) => hash === old?.hash)
    expect(superseded.local.effect).toMatchObject({ applied: false, reason: 'SUPERSEDED' })
  })
})

describe('what others think', () => {
  test('is told with reasons, here and by the older call', async () => {
    const opened = await openWith()
    const [target = ''] = opened.hashes
    await opened.post('/v1/publish', { content: { type: 'endorsement', message_hash: target } })
    const dispute = { type: 'dispute', message_hash: target, reason: 'only below 100 a second' }
    await hear(opened, chainOf(carol, [{ content: dispute }]).map(itemOf))
    const stance = {
      score: 0,
      endorsements: 1,
      disputes: 1,
      reasons: [{ author: carol.author, reason: 'only below 100 a second' }],
    }
    for (const path of ['/v1/search?q=cascades', '/v1/insights/search?q=cascades']) {
      expect((await opened.get(path)).data[0].local.stance).toMatchObject(stance)
    }
  })

  test('does not count once it is taken back, and what was said before does', async () => {
    const opened = await openWith()
    const [target = ''] = opened.hashes
    const [first] = chainOf(carol, [{ content: { type: 'endorsement', message_hash: target } }])
    const [second] = chainOf(carol, [{ content: { type: 'dispute', message_hash: target, reason: 'no' } }], first)
    const [third] = chainOf(carol, [{ content: { type: 'retract', target: second?.hash } }], second)
    const items = [first, second, third].flatMap((message) => (message === undefined ? [] : [itemOf(message)]))
    const score = async () => (await opened.get('/v1/search?q=cascades')).data[0].local.stance.score
    await hear(opened, items.slice(0, 2))
    expect(await score()).toBe(-1)
    await hear(opened, items.slice(2))
    expect(await score()).toBe(1)
  })

  test('is about the very message, not about what supersedes it', async () => {
    const opened = await openWith()
    const { data: old } = await opened.post('/v1/publish', { content: { type: 'memory', content: 'pearls are white' } })
    await hear(opened, chainOf(carol, [{ content: { type: 'endorsement', message_hash: old.hash } }]).map(itemOf))
    const edit = { type: 'memory', content: 'pearls are black', supersedes: old.hash }
    await opened.post('/v1/publish', { content: edit })
    const { data } = await opened.get('/v1/search?q=pearls&include=superseded')
    const scores = data.map(
      ({ content, local }: { content: { content: string }; local: { stance: { score: number } } }) => [
        content.content,
        local.stance.score,
      ],
    )
    expect(Object.fromEntries(scores)).toEqual({ 'pearls are white': 1, 'pearls are black': 0 })
  })
})

describe('what is remembered on this machine alone', () => {
  test('is found among the others, says so, and has no place where it cannot be meant', async () => {
    const opened = await openWith()
    const { post, get, log, clock } = opened
    const content = 'The rate limit of our partner is 90 a second'
    await post('/v1/memories', { content, category: 'rules', project: 'tidepool', tags: ['api'], visibility: 'local' })
    const offset = log.cursor().offset
    clock.now = TEST_NOW + 60_000
    const { data, metadata } = await get('/v1/search?q=rate+limit')
    expect([data.length, metadata.total]).toEqual([6, 6])
    expect(data[1]).toEqual({
      id: 'local-1',
      content: { type: 'memory', content, category: 'rules', project: 'tidepool' },
      tags: ['api'],
      local: {
        visibility: 'local',
        created_at: expect.any(String),
        updated_at: expect.any(String),
        age_secs: expect.any(Number),
        score: expect.any(Number),
        snippet: expect.stringContaining('[rate] [limit]'),
        matched: { how: 'all words', filters: [] },
      },
    })
    const ids = async (query: string) =>
      (await get(`/v1/search?q=rate&${query}`)).data.flatMap(({ id }: { id?: string }) => id ?? [])
    const narrow = 'type=memory&category=rules&project=tidepool&tag=api'
    expect(await ids(`${narrow}&author=${encodeURIComponent(log.author)}`)).toEqual(['local-1'])
    expect((await get(`/v1/search?q=rate+frogs&${narrow}`)).data[0].local.matched).toEqual({
      how: 'some words',
      filters: ['type', 'category', 'project', 'tag'],
    })
    expect(await ids('followed=true')).toEqual(['local-1'])
    for (const none of [
      'visibility=mesh',
      'type=insight',
      'category=other',
      `author=${encodeURIComponent(bob.author)}`,
    ])
      expect(await ids(none)).toEqual([])
    expect((await get('/v1/search?q=rate&visibility=local')).data).toMatchObject([{ id: 'local-1' }])
    expect(log.cursor().offset).toBe(offset)
  })

  test('stands on one page only', async () => {
    const { get, post } = await openWith()
    for (let at = 0; at < 5; at++) await post('/v1/memories', { content: `rate ${at}`, visibility: 'local' })
    const seen: string[] = []
    for (let offset = 0; offset < 12; offset += 3) {
      const { data } = await get(`/v1/search?q=rate&limit=3&offset=${offset}`)
      seen.push(...data.map(({ id, hash }: { id?: string; hash?: string }) => id ?? hash))
    }
    expect([seen.length, new Set(seen).size]).toEqual([10, 10])
  })
})

describe('a search that cannot be', () => {
  test.each(['', '?q=', '?q=%20', '?type=memory'])('needs words: "%s"', async (query) => {
    const answer = await openApi().get(`/v1/search${query}`)
    expect(answer).toMatchObject({ status: 400, error: { code: 'MISSING_QUERY', details: [{ field: 'q' }] } })
  })

  test.each([
    ['type=', 'type[0]'],
    [`type=${Array(17).fill('a').join(',')}`, 'type'],
    ['include=everything', 'include[0]'],
    ['include=expired,expired,expired,expired', 'include'],
    ['author=nobody', 'author'],
    ['since=yesterday', 'since'],
    ['followed=maybe', 'followed'],
    ['visibility=all', 'visibility'],
    ['limit=0', 'limit'],
    ['offset=-1', 'offset'],
    [`q=${'x'.repeat(1_025)}`, 'q'],
  ])('is refused for %s', async (parameter, field) => {
    const answer = await openApi().get(`/v1/search?${parameter.startsWith('q=') ? '' : 'q=a&'}${parameter}`)
    expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_QUERY', details: [{ field }] } })
  })

  test('is none with 16 types and 1,024 characters', async () => {
    const types = Array.from({ length: 16 }, (_, index) => `t${index}`).join(',')
    const answer = await openApi().get(`/v1/search?q=${'x'.repeat(1_024)}&type=${types}`)
    expect(answer).toMatchObject({ status: 200, data: [] })
  })
})
