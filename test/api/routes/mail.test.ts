// Messages, the inbox, mutes and queries, over HTTP.

import { describe, expect, test } from 'vitest'
import { itemOf } from '../../support/feeds.ts'
import { openLog, TEST_NOW } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'
import type { MessageEntry } from '../../../src/log/index.ts'

function openMail() {
  const open = openApi()
  const other = openLog({ seed: 2, clock: open.clock })
  return {
    ...open,
    other,
    async hear(content: object): Promise<MessageEntry> {
      const message = await other.log.publish({ content })
      await open.log.ingest([itemOf(message)], 'a peer')
      await open.projections.settled(open.log.cursor().offset)
      return message
    },
  }
}

const NUL_TEXT = { field: 'text', message: 'must not hold U+0000' }

describe('POST /v1/messages', () => {
  test('signs a message with all that was said of it', async () => {
    const { post, other } = openMail()
    const body = {
      text: 'The deploy is rolled back.',
      title: 'Rolled back',
      format: 'markdown',
      to: [other.log.author, 'role:on-call'],
      severity: 'warning',
      category: 'deploys',
      metadata: { version: 3 },
      tags: ['deploy'],
      expires_at: '2026-02-01T00:00:00Z',
      agent: 'claude',
    }
    const { status, data, metadata } = await post('/v1/messages', body)
    const { tags, expires_at, ...said } = body
    expect([status, metadata]).toEqual([201, undefined])
    expect(data).toMatchObject({ tags, expires_at })
    expect(data.content).toEqual({ type: 'message', ...said })
  })

  test('an answer is meant for whoever is answered, and belongs to that thread', async () => {
    const { post, get, hear, other } = openMail()
    const theirs = await hear({ type: 'message', text: 'anybody?' })
    const { data } = await post('/v1/messages', { text: 'yes', reply_to: theirs.hash })
    expect(data).toMatchObject({ relates: theirs.hash, content: { to: [other.log.author], reply_to: theirs.hash } })
    const thread = await get(`/v1/messages?thread=${theirs.hash}`)
    expect(thread.data.map(({ hash }: { hash: string }) => hash)).toEqual([data.hash])
    expect((await get('/v1/messages')).data).toHaveLength(2)
  })

  test.each([
    ['no text', {}, { field: 'text' }],
    ['an empty text', { text: '' }, { field: 'text', message: 'says nothing' }],
    ['white space', { text: ' \n\t\u3000' }, { field: 'text', message: 'says nothing' }],
    ['NUL', { text: 'a\0b' }, NUL_TEXT],
    [
      '16 KiB and a byte',
      { text: 'x'.repeat(16_385) },
      { field: 'text', message: 'must not take more than 16,384 bytes of UTF-8' },
    ],
    ['a title of 301', { text: 'x', title: 't'.repeat(301) }, { field: 'title' }],
    [
      'an unknown severity',
      { text: 'x', severity: 'urgent' },
      { field: 'severity', message: 'must be info, warning or critical' },
    ],
    [
      'a role that is no slug',
      { text: 'x', to: ['role:ops', 'role:On Call'] },
      { field: 'to[1]', message: 'must be role: and a slug, such as role:on-call' },
    ],
    ['a category that is no slug', { text: 'x', category: 'Deploys' }, { field: 'category' }],
    [
      '33 addressees',
      { text: 'x', to: Array.from({ length: 33 }, () => 'role:x') },
      { field: 'to', message: 'may name 32 at most' },
    ],
    ['metadata over 4 KiB', { text: 'x', metadata: { k: 'v'.repeat(4_089) } }, { field: 'metadata' }],
    ['an agent of 81', { text: 'x', agent: 'a'.repeat(81) }, { field: 'agent' }],
  ])('refuses %s', async (_, body, fault) => {
    const { status, error } = await openMail().post('/v1/messages', body)
    expect([status, error.code, error.details]).toEqual([422, 'INVALID_BODY', [expect.objectContaining(fault)]])
  })

  test.each([
    ['16 KiB of text', { text: 'x'.repeat(16_384) }],
    ['32 addressees', { text: 'x', to: Array.from({ length: 32 }, (_, at) => `role:r${at}`) }],
    ['metadata of 4 KiB', { text: 'x', metadata: { k: 'v'.repeat(4_088) } }],
    ['a title and an agent as long as they may be', { text: 'x', title: 't'.repeat(300), agent: 'a'.repeat(80) }],
  ])('takes %s', async (_, body) => {
    const { status, metadata } = await openMail().post('/v1/messages', body)
    expect([status, metadata]).toEqual([201, undefined])
  })

  test('a name that nobody has is no addressee', async () => {
    const { post, log } = openMail()
    expect(await post('/v1/messages', { text: 'x', to: ['ada'] })).toMatchObject({
      status: 400,
      error: { code: 'INVALID_AUTHOR', message: expect.stringContaining('"ada" is neither') },
    })
    expect(log.counts().messages).toBe(0)
  })

  test('null is as good as nothing, and so is a list of nobody', async () => {
    const { post } = openMail()
    const nothing = { title: null, format: null, severity: null, category: null, metadata: null, reply_to: null }
    const envelope = { tags: null, expires_at: null, agent: null }
    const { status, data } = await post('/v1/messages', { text: 'x', to: null, ...nothing, ...envelope })
    expect([status, data.content]).toEqual([201, { type: 'message', text: 'x' }])
    for (const to of [null, []]) {
      const asked = await post('/v1/queries', { question: 'x', to, execution_context: null, ...envelope })
      expect([asked.status, asked.data.content]).toEqual([201, { type: 'query', question: 'x' }])
      const path = `/v1/queries/${asked.data.hash}/responses`
      const answered = await post(path, { answer: 'y', to, confidence: null, ...envelope })
      expect([answered.status, answered.data.content.to]).toEqual([201, [asked.data.author]])
    }
  })

  test('whoever is meant twice is named once', async () => {
    const { post, log } = openMail()
    const to = [log.author, 'role:on-call', log.author.slice(0, 12), 'role:on-call']
    expect((await post('/v1/messages', { text: 'x', to })).data.content.to).toEqual([log.author, 'role:on-call'])
  })

  test('sixty critical ones within an hour are taken, and the next one after it', async () => {
    const { post, clock } = openMail()
    const critical = (text: string) => post('/v1/messages', { text, severity: 'critical' })
    for (let count = 1; count <= 60; count++) expect((await critical(`${count}`)).status).toBe(201)
    expect(await critical('one too many')).toMatchObject({ status: 429, error: { code: 'TOO_MANY_CRITICAL' } })
    expect((await post('/v1/messages', { text: 'as a warning', severity: 'warning' })).status).toBe(201)
    const published = await post('/v1/publish', { content: { type: 'message', text: 'x', severity: 'critical' } })
    expect(published).toMatchObject({ status: 201, metadata: { warnings: [{ code: 'TOO_MANY_CRITICAL' }] } })
    clock.now = TEST_NOW + 3_600_000
    expect((await critical('an hour later')).status).toBe(201)
  })
})

test('of critical ones that are said at the same time no more are taken; what was signed under a key is answered as the first time', async () => {
  const { post, log } = openMail()
  const critical = (text: string, key: string) =>
    post('/v1/messages', { text, severity: 'critical' }, { 'idempotency-key': key })
  const keys = Array.from({ length: 64 }, (_, at) => `key ${at}`)
  const answers = await Promise.all(keys.map((key) => critical(key, key)))
  expect(Map.groupBy(answers, ({ status }) => status).get(201)).toHaveLength(60)
  expect(log.counts().messages).toBe(60)
  expect(await critical('key 0', 'key 0')).toMatchObject({ status: 200, data: { hash: answers[0]?.data.hash } })
})

describe('the inbox', () => {
  test('shows what was said to us, and remembers what was read', async () => {
    const { get, post, hear, log, other } = openMail()
    const direct = await hear({ type: 'message', text: 'to you', to: [log.author], severity: 'critical' })
    await hear({ type: 'message', text: 'to all' })
    const { data, metadata } = await get('/v1/inbox')
    expect(metadata).toMatchObject({ total: 2, limit: 50, offset: 0 })
    expect(
      data.map(({ content, local }: never) => [(content as { text: string }).text, (local as { inbox: object }).inbox]),
    ).toEqual([
      ['to all', { reach: 'everybody', severity: 'info' }],
      ['to you', { reach: 'direct', severity: 'critical' }],
    ])
    const unheld = '0'.repeat(64)
    expect(await post('/v1/inbox/acknowledge', { hashes: [direct.hash, unheld] })).toMatchObject({
      data: { hashes: [direct.hash] },
    })
    expect((await get('/v1/inbox?unread=true')).data).toHaveLength(1)
    const [acknowledged] = (await get('/v1/inbox?reach=direct')).data
    const at = '2026-01-01T00:00:00Z'
    expect(acknowledged.local.inbox).toMatchObject({ read_at: at, acknowledged_at: at })
    await post('/v1/inbox/unread', { hashes: [direct.hash] })
    await post('/v1/inbox/read', { hashes: [direct.hash] })
    expect((await get(`/v1/inbox?unacknowledged=true&from=${encodeURIComponent(other.log.author)}`)).data).toHaveLength(
      2,
    )
  })

  test('a role of our own card is one by which we are spoken to', async () => {
    const { get, post, hear } = openMail()
    await post('/v1/publish', { content: { type: 'profile', name: 'Ada', role: 'reviewer', capabilities: ['rust'] } })
    await hear({ type: 'message', text: 'to reviewers', to: ['role:reviewer'] })
    await hear({ type: 'message', text: 'to rust people', to: ['role:rust'] })
    await hear({ type: 'message', text: 'to others', to: ['role:ops'] })
    const { data } = await get('/v1/inbox?reach=role')
    expect(data.map(({ content }: { content: { text: string } }) => content.text)).toEqual([
      'to rust people',
      'to reviewers',
    ])
  })

  test('whoever has no role has nothing in the inbox by one', async () => {
    const { get, hear } = openMail()
    await hear({ type: 'message', text: 'To a role.', to: ['role:reviewer'] })
    expect(await get('/v1/inbox?reach=role')).toMatchObject({ status: 200, data: [], metadata: { total: 0 } })
  })

  test('whoever is muted stays out of it, and is found all the same', async () => {
    const { get, post, call, hear, other } = openMail()
    await hear({ type: 'message', text: 'again and again' })
    const path = `/v1/mutes/${encodeURIComponent(other.log.author)}`
    expect((await post(path, '')).status).toBe(201)
    expect((await get('/v1/mutes')).data).toEqual([{ author: other.log.author }])
    expect((await get('/v1/inbox')).data).toEqual([])
    expect((await get('/v1/inbox?muted=true')).data).toHaveLength(1)
    expect((await get('/v1/insights/search?q=again')).data).toHaveLength(1)
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await get('/v1/inbox')).data).toHaveLength(1)
  })

  test.each([
    '/v1/inbox?reach=near',
    '/v1/inbox?severity=bad',
    '/v1/inbox?kind=insight',
    '/v1/inbox?from=x',
    '/v1/inbox?since=now',
  ])('a question that cannot be asked is refused: %s', async (path) => {
    expect(await openMail().get(path)).toMatchObject({ status: 400, error: { code: 'INVALID_QUERY' } })
  })

  test('a thousand marks at once are taken, one more is refused', async () => {
    const { post } = openMail()
    const hashes = Array.from({ length: 1_001 }, (_, at) => at.toString(16).padStart(64, '0'))
    expect((await post('/v1/inbox/read', { hashes: hashes.slice(1) })).status).toBe(200)
    expect((await post('/v1/inbox/read', { hashes })).status).toBe(422)
    expect((await post('/v1/inbox/read', { hashes: [] })).status).toBe(422)
  })
})

describe('queries', () => {
  test.each(['0.0', '1.0', '1e0', '0.50'])('a confidence of %s is a number', async (confidence) => {
    const { post } = openMail()
    const { data: query } = await post('/v1/queries', { question: 'How sure?' })
    const answer = await post(`/v1/queries/${query.hash}/responses`, `{"answer":"So.","confidence":${confidence}}`)
    expect([answer.status, answer.data.content?.confidence]).toEqual([201, Number(confidence)])
  })

  test('are asked, answered and told with the best answer first', async () => {
    const { post, get, hear, log } = openMail()
    const asked = await post('/v1/queries', { question: 'Why?', to: ['role:sage'], tags: ['why'] })
    expect(asked).toMatchObject({
      status: 201,
      data: { content: { type: 'query', question: 'Why?', to: ['role:sage'] } },
    })
    const { hash } = asked.data
    expect((await get('/v1/queries?state=open')).data[0].local.query).toEqual({ state: 'open', answers: 0 })
    await hear({ type: 'response', query_hash: hash, answer: 'Because.', confidence: 0.5 })
    const { data } = await get(`/v1/queries/${hash}`)
    expect(data.query.local.query).toEqual({ state: 'answered', answers: 1 })
    expect(
      data.responses.map(({ content, local }: never) => [content, (local as { response: object }).response]),
    ).toEqual([[expect.objectContaining({ answer: 'Because.' }), { accepted: false, stance: 0 }]])
    expect((await get('/v1/inbox?kind=response')).data[0].local.inbox.reach).toBe('reply')
    expect(log.counts().messages).toBe(2)
  })

  test('an answer is meant for the asker', async () => {
    const { post, hear, other } = openMail()
    const query = await hear({ type: 'query', question: 'How?' })
    const { status, data } = await post(`/v1/queries/${query.hash}/responses`, { answer: 'So.', confidence: 1 })
    expect(status).toBe(201)
    expect(data).toMatchObject({
      relates: query.hash,
      content: { type: 'response', query_hash: query.hash, answer: 'So.', confidence: 1, to: [other.log.author] },
    })
  })

  test('only what is a query in force can be answered or shown', async () => {
    const { post, get, hear } = openMail()
    const message = await hear({ type: 'message', text: 'no question' })
    const query = await hear({ type: 'query', question: 'How?' })
    await hear({ type: 'retract', target: query.hash })
    for (const hash of [message.hash, query.hash, '0'.repeat(64)]) {
      expect(await get(`/v1/queries/${hash}`)).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } })
      expect(await post(`/v1/queries/${hash}/responses`, { answer: 'So.' })).toMatchObject({ status: 404 })
    }
  })
})
