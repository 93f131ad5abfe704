import { expect, test } from 'vitest'
import { TOPICS_MAX } from '../../../src/log/index.ts'
import { openApi } from '../open-api.ts'

test('a topic is added without a body or content type, listed, and removed', async () => {
  const { call, get } = openApi()
  for (const topic of ['sqlite', '%20rust%20lang%20', 'a/b', 'sqlite']) await call('POST', `/v1/topics/${topic}`)
  expect((await get('/v1/topics')).data).toEqual([{ topic: 'sqlite' }, { topic: 'rust lang' }, { topic: 'a/b' }])
  expect(await call('DELETE', '/v1/topics/rust%20lang')).toMatchObject({ status: 204, text: '' })
  expect((await call('DELETE', '/v1/topics/unknown')).status).toBe(204)
  expect((await get('/v1/topics')).data).toEqual([{ topic: 'sqlite' }, { topic: 'a/b' }])
  expect((await get('/v1/status')).data).toMatchObject({ topic_count: 2 })
})

test('the answer says the topic as it is kept', async () => {
  const answer = await openApi().call('POST', '/v1/topics/%20sqlite')
  expect(answer).toMatchObject({ status: 201, success: true, data: { topic: 'sqlite' } })
})

test('a topic may be called known', async () => {
  const { call, get } = openApi()
  expect(await call('POST', '/v1/topics/known')).toMatchObject({ status: 201 })
  expect((await get('/v1/topics')).data).toEqual([{ topic: 'known' }])
})

test.each(['POST', 'DELETE'])('%s of an empty or too long topic is refused', async (method) => {
  for (const topic of ['%20', 'x'.repeat(257)]) {
    const answer = await openApi().call(method, `/v1/topics/${topic}`)
    expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_TOPIC', details: [{ field: 'topic' }] } })
  }
})

test('no more topics than the limit', async () => {
  const { call } = openApi()
  for (let at = 0; at < TOPICS_MAX; at++) expect((await call('POST', `/v1/topics/t${at}`)).status).toBe(201)
  expect(await call('POST', '/v1/topics/one-more')).toMatchObject({
    status: 409,
    error: { code: 'LOG_SELECTION_FULL', details: { list: 'topic', limit: TOPICS_MAX } },
  })
})

test('known topics are the tags held here, with counts and whether they are kept', async () => {
  const { call, get, log, projections } = openApi()
  for (const tags of [['rust', 'sqlite'], ['sqlite']]) await log.publish({ content: 1, tags })
  await projections.settled(log.cursor().offset)
  await call('POST', '/v1/topics/sqlite')
  expect(await get('/v1/topics/known')).toMatchObject({
    status: 200,
    data: [
      { topic: 'sqlite', subscribed: true, messages: 2 },
      { topic: 'rust', subscribed: false, messages: 1 },
    ],
    metadata: { total: 2, limit: 50, offset: 0 },
  })
  expect(await get('/v1/topics/known?limit=1&offset=1')).toMatchObject({ data: [{ topic: 'rust' }] })
  expect(await get('/v1/topics/known?limit=none')).toMatchObject({ status: 400, error: { code: 'INVALID_QUERY' } })
})
