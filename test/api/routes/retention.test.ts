import { describe, expect, test } from 'vitest'
import { CRITERION_MAX, SCOPE_BYTES_MAX } from '../../../src/api/constants.ts'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, TEST_NOW } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'

const POLICIES = '/v1/retention/policies'

describe('policies', () => {
  test('every line of the manual works as it is written', async () => {
    const { api, get, post } = openApi()
    const bodies = [
      '{"scope":"global","max_age_secs":2592000}',
      '{"scope":{"topic":"logs"},"max_count":1000}',
      '{"scope":"global","compact_key":"$.entity_id"}',
    ]
    for (const body of bodies) expect((await post(POLICIES, body)).status).toBe(201)
    expect((await get(POLICIES)).data).toMatchObject([
      { id: 1, scope: 'global', max_age_secs: 2_592_000, include_self: true, created_at: '2026-01-01T00:00:00Z' },
      { id: 2, scope: { topic: 'logs' }, max_count: 1_000 },
      { id: 3, scope: 'global', compact_key: '$.entity_id' },
    ])
    // As curl -X DELETE sends it: without body and content type.
    expect((await api.request(`${POLICIES}/1`, { method: 'DELETE' })).status).toBe(204)
    expect((await get(POLICIES)).data.map(({ id }: { id: number }) => id)).toEqual([2, 3])
  })

  test('one of the same scope and criteria is replaced', async () => {
    const { get, post } = openApi()
    await post(POLICIES, { scope: 'global', max_age_secs: 10 })
    const { status, data } = await post(POLICIES, { scope: 'global', max_age_secs: 20, max_count: null })
    expect([status, data]).toMatchObject([201, { id: 1, max_age_secs: 20 }])
    expect((await get(POLICIES)).data).toEqual([data])
  })

  test('a whole number may be spelled with a point, as programs with floats spell it', async () => {
    const { post } = openApi()
    const { status, data } = await post(POLICIES, '{"scope":"global","max_age_secs":1e1,"max_count":20.0}')
    expect([status, data]).toMatchObject([201, { max_age_secs: 10, max_count: 20 }])
  })

  test.each([
    ['no number', { scope: 'global', max_age_secs: 'ten' }, 'INVALID_MAX_AGE_SECS', 'max_age_secs'],
    ['zero', { scope: 'global', max_age_secs: 0 }, 'INVALID_MAX_AGE_SECS', 'max_age_secs'],
    ['a fraction', { scope: 'global', max_count: 1.5 }, 'INVALID_MAX_COUNT', 'max_count'],
    ['less than zero', { scope: 'global', max_bytes: -1 }, 'INVALID_MAX_BYTES', 'max_bytes'],
    ['too much', { scope: 'global', max_bytes: CRITERION_MAX + 1 }, 'INVALID_MAX_BYTES', 'max_bytes'],
    ['a key that is no path', { scope: 'global', compact_key: 'entity_id' }, 'INVALID_COMPACT_KEY', 'compact_key'],
    ['a key that is the whole', { scope: 'global', compact_key: '$' }, 'INVALID_COMPACT_KEY', 'compact_key'],
    ['a key of SQL', { scope: 'global', compact_key: "$.a') OR 1=1 --" }, 'INVALID_COMPACT_KEY', 'compact_key'],
    [
      'a key that is too long',
      { scope: 'global', compact_key: `$.${'a'.repeat(255)}` },
      'INVALID_COMPACT_KEY',
      'compact_key',
    ],
    ['no scope', { max_count: 1 }, 'INVALID_SCOPE', 'scope'],
    ['another word', { scope: 'all', max_count: 1 }, 'INVALID_SCOPE', 'scope'],
    ['an empty scope', { scope: {}, max_count: 1 }, 'INVALID_SCOPE', 'scope'],
    ['two scopes', { scope: { topic: 'a', content_type: 'b' }, max_count: 1 }, 'INVALID_SCOPE', 'scope'],
    ['no author', { scope: { author: '@me' }, max_count: 1 }, 'INVALID_SCOPE', 'scope'],
    ['an empty topic', { scope: { topic: '' }, max_count: 1 }, 'INVALID_SCOPE', 'scope'],
    ['a long topic', { scope: { topic: 'x'.repeat(SCOPE_BYTES_MAX + 1) }, max_count: 1 }, 'INVALID_SCOPE', 'scope'],
  ])('%s is refused with the code of its field', async (_, body, code, field) => {
    const { get, post } = openApi()
    for (const path of [POLICIES, `${POLICIES}/preview`]) {
      const { status, error } = await post(path, body)
      expect([status, error.code]).toEqual([400, code])
      expect(error.details).toEqual([{ field, message: expect.any(String), code }])
    }
    expect((await get(POLICIES)).data).toEqual([])
  })

  test('each wrong field is told with its own code', async () => {
    const { error } = await openApi().post(POLICIES, { scope: 1, max_count: 0, compact_key: 2 })
    expect(error.details).toMatchObject([
      { field: 'scope', code: 'INVALID_SCOPE' },
      { field: 'max_count', code: 'INVALID_MAX_COUNT' },
      { field: 'compact_key', code: 'INVALID_COMPACT_KEY' },
    ])
  })

  test('one without any criterion is refused, and so is a misspelt one', async () => {
    const { post } = openApi()
    expect(await post(POLICIES, { scope: 'global' })).toMatchObject({
      status: 400,
      error: { code: 'MISSING_CRITERION' },
    })
    const misspelt = { scope: 'global', max_count: 1, include_slef: false }
    expect(await post(POLICIES, misspelt)).toMatchObject({ status: 422, error: { code: 'INVALID_BODY' } })
    expect(await post(POLICIES, [])).toMatchObject({ status: 422, error: { code: 'INVALID_BODY' } })
  })

  test('takes the longest names, the deepest paths and the largest numbers', async () => {
    const { post } = openApi()
    const bodies = [
      { scope: { topic: 'x'.repeat(SCOPE_BYTES_MAX) }, max_bytes: CRITERION_MAX },
      { scope: { content_type: 'insight' }, compact_key: `$.${'a'.repeat(254)}` },
      { scope: { author: identityOf(2).author }, compact_key: '$."a b".c-d[0].e', include_self: false },
    ]
    for (const body of bodies) expect(await post(POLICIES, body)).toMatchObject({ status: 201, data: body })
  })

  test.each(['4', '0', '-1', 'one', '1e0', '9'.repeat(30)])('there is no policy %s to remove', async (id) => {
    const { call, post } = openApi()
    await post(POLICIES, { scope: 'global', max_count: 1 })
    expect(await call('DELETE', `${POLICIES}/${id}`)).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } })
  })

  test('more than the limit are refused', async () => {
    const { post } = openApi()
    for (let at = 0; at < 64; at++) await post(POLICIES, { scope: { topic: `topic ${at}` }, max_count: 1 })
    const { status, error } = await post(POLICIES, { scope: { topic: 'one more' }, max_count: 1 })
    expect([status, error.code]).toEqual([409, 'LOG_POLICIES_FULL'])
  })
})

test('a preview says what would go, and a sweep does it', async () => {
  const opened = openApi()
  const { api, get, post, log, projections } = opened
  await log.ingest(chainOf(identityOf(2), insights(5)).map(itemOf), 'a peer')
  await projections.settled(log.cursor().offset)
  const policy = { scope: 'global', max_count: 2 }
  const { data } = await post(`${POLICIES}/preview`, policy)
  const { author } = identityOf(2)
  expect(data).toEqual({
    messages: 3,
    bytes: expect.any(Number),
    in_scope: 5,
    author_count: 1,
    authors: [{ author, messages: 3, bytes: data.bytes }],
  })
  expect((await get('/v1/status')).data).toMatchObject({
    message_count: 5,
    retention: { policy_count: 0, forgotten_count: 0 },
  })
  await post(POLICIES, policy)
  const swept = await api.request('/v1/retention/sweep', { method: 'POST' })
  const sweep = { at: '2026-01-01T00:00:00Z', took_ms: expect.any(Number), expired: 0, surplus: 3, bytes: data.bytes }
  expect([swept.status, await swept.json()]).toEqual([200, { success: true, data: { running: false, sweep } }])
  expect((await get('/v1/status')).data).toMatchObject({
    message_count: 2,
    disk_bytes: 4_096,
    retention: { enabled: true, interval_secs: 3_600, policy_count: 1, forgotten_count: 3, last_sweep: sweep },
  })
})

test('who waits too long for a sweep is told that it goes on, and the next who asks gets what it did', async () => {
  const stopping = new AbortController()
  const { post, log } = openApi({ stopping: stopping.signal })
  for (const draft of insights(3)) await log.publish(draft)
  await post(POLICIES, { scope: 'global', max_count: 1 })
  // As after ten seconds.
  stopping.abort()
  expect((await post('/v1/retention/sweep', {})).data).toEqual({ running: true })
  await eventually(() => expect(log.counts().messages).toBe(1))
})

test('a message leaves every route at its time, swept or not', async () => {
  const { get, post, clock, log } = openApi()
  const { data } = await post('/v1/publish', {
    content: { type: 'insight', title: 'Temp' },
    tags: ['short'],
    expires_at: '2026-01-01T00:01:00Z',
  })
  const routes = [
    '/v1/feed?include_self=true',
    `/v1/feed/${encodeURIComponent(log.author)}`,
    '/v1/insights',
    '/v1/insights/search?q=temp',
    '/v1/topics/known',
  ]
  const shown = async () => Promise.all(routes.map(async (path) => (await get(path)).data.length))
  expect([await shown(), (await get(`/v1/message/${data.hash}`)).status]).toEqual([[1, 1, 1, 1, 1], 200])
  clock.now = TEST_NOW + 60_000
  for (const sweep of [false, true]) {
    if (sweep) await post('/v1/retention/sweep', '{}')
    expect([await shown(), (await get(`/v1/message/${data.hash}`)).status]).toEqual([[0, 0, 0, 0, 0], 404])
  }
  expect(log.counts().messages).toBe(0)
})

test('the document says what a policy is made of', async () => {
  const response = await openApi().api.request('/openapi.json')
  // biome-ignore lint/suspicious/noExplicitAny: a foreign document, looked into at one place.
  const document = (await response.json()) as any
  const { schema } = document.paths['/v1/retention/policies'].post.requestBody.content['application/json']
  expect(schema).toMatchObject({ additionalProperties: false, required: ['scope'] })
  expect(schema.properties.max_count).toMatchObject({ type: ['integer', 'null'], minimum: 1, maximum: CRITERION_MAX })
  expect(schema.properties.scope.oneOf).toHaveLength(4)
})
