import { describe, expect, test } from 'vitest'
import { Reviewer } from '../../../src/content/index.ts'
import { openItem, verifySignature } from '../../../src/feed/index.ts'
import { chainOf, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog } from '../../support/open-log.ts'
import { openSchemas } from '../../support/open-schemas.ts'
import { openApi } from '../open-api.ts'

const HASH = 'a'.repeat(64)
const OTHER = 'b'.repeat(64)

describe('what is published', () => {
  test('is answered with 201, signed, and found at its Location', async () => {
    const { post, get, identity } = openApi()
    const answer = await post('/v1/publish', { content: { type: 'insight', title: 'API Pattern' } })
    expect(answer).toMatchObject({
      status: 201,
      success: true,
      data: {
        author: identity.author,
        sequence: 1,
        previous: null,
        timestamp: '2026-01-01T00:00:00Z',
        content: { type: 'insight', title: 'API Pattern' },
        local: { received_at: '2026-01-01T00:00:00Z', link: 'linked', flags: [] },
      },
    })
    const found = await get(answer.headers.get('location') ?? '')
    const { effect, ...local } = found.data.local
    expect({ ...found.data, local }).toEqual(answer.data)
    expect(effect).toEqual({ applied: true })
  })

  test('of the past is signed, warned of, and shown to nobody', async () => {
    const { post, get } = openApi()
    const { status, data, metadata } = await post('/v1/publish', { content: 1, expires_at: '2024-12-31T23:59:59Z' })
    expect(status).toBe(201)
    expect(metadata).toEqual({
      warnings: [{ code: 'ALREADY_EXPIRED', field: 'expires_at', message: expect.stringContaining('has passed') }],
    })
    expect((await get(`/v1/message/${data.hash}`)).status).toBe(404)
    expect((await get('/v1/feed?include_self=true')).data).toEqual([])
    expect((await post('/v1/publish', { content: 2 })).data.sequence).toBe(2)
  })

  test('can be verified from the answer alone', async () => {
    const { text } = await openApi().post('/v1/publish', { content: 'café', tags: ['x'] })
    const message = text.slice('{"success":true,"data":'.length, -1)
    const signed = `${message.slice(0, message.indexOf(',"hash":"'))}}`
    const { signature, hash } = JSON.parse(message)
    const sealed = openItem({ text: Buffer.from(signed), signature: Buffer.from(signature, 'base64') })
    expect(sealed.hash).toBe(hash)
    await expect(verifySignature(sealed)).resolves.toBe(true)
  })

  test.each([
    ['1.0', '1.0'],
    ['1e-6', '1e-6'],
    ['0.1', '0.1'],
    ['-0', '-0.0'],
    ['100', '100'],
    ['9007199254740991', '9007199254740991'],
    ['null', 'null'],
    ['""', '""'],
    ['[]', '[]'],
    ['false', 'false'],
  ])('content %s is signed as %s', async (content, signed) => {
    const { status, text } = await openApi().post('/v1/publish', `{"content":${content}}`)
    expect(status).toBe(201)
    expect(text).toContain(`"content":${signed},"hash"`)
  })

  test.each([
    ['NUL and other controls', '"a\\u0000\\u0007\\u001f\\n"'],
    ['marks that turn the writing direction', '"\u202eabc\u202c\u200f"'],
    ['line separators', '"a\u2028b\u2029"'],
    ['a key named __proto__', '{"__proto__":{"polluted":true}}'],
    ['content of 65,536 bytes', `"${'x'.repeat(65_534)}"`],
  ])('%s come back as they were sent', async (_, content) => {
    const { status, text, data } = await openApi().post('/v1/publish', `{"content":${content}}`)
    expect(status).toBe(201)
    expect(text).toContain(`"content":${content},"hash"`)
    expect(data.content).toEqual(JSON.parse(content))
    expect({}).not.toHaveProperty('polluted')
  })

  test('keeps the fields of the envelope', async () => {
    const { data } = await openApi().post('/v1/publish', {
      content: { type: 'insight', title: 'x', observation: 'y' },
      schema_id: 'insight/v1',
      relates: HASH,
      tags: ['a', 'b', 'a'],
      trace_id: 't',
      span_id: 's',
      expires_at: '2026-01-02T01:00:00.500+01:00',
    })
    expect(data).toMatchObject({
      schema_id: 'insight/v1',
      relates: HASH,
      tags: ['a', 'b', 'a'],
      trace_id: 't',
      span_id: 's',
      expires_at: '2026-01-02T00:00:00.500Z',
    })
  })

  test('what is to be encrypted, as the original encrypts it, is not published to everybody', async () => {
    const { post, log, identity } = openApi()
    const readers = [identity.author]
    for (const body of [
      { content: { secret: 1, encrypt_for: readers } },
      { content: { secret: 1 }, encrypt_for: readers },
    ])
      expect(await post('/v1/publish', body)).toMatchObject({ status: 422, success: false })
    expect(log.counts().messages).toBe(0)
    expect((await post('/v1/publish', { content: { open: 1 }, encrypt_for: [] })).status).toBe(201)
  })

  test('null stands for an absent field, and unknown keys are ignored', async () => {
    const { status, data } = await openApi().post(
      '/v1/publish',
      '{"content":1,"schema_id":null,"relates":null,"in_reply_to":null,"tags":null,"trace_id":null,"span_id":null,"expires_at":null,"unknown":{},"__proto__":{"relates":5}}',
    )
    expect(status).toBe(201)
    expect(Object.keys(data)).toEqual([
      'author',
      'sequence',
      'previous',
      'timestamp',
      'content',
      'hash',
      'signature',
      'local',
    ])
  })
})

describe('the message that is answered', () => {
  test.each([
    ['relates', { content: 1, relates: HASH }],
    ['in_reply_to', { content: 1, in_reply_to: HASH }],
    ['in_reply_to of the content', { content: { in_reply_to: HASH } }],
    ['reply_to of the content', { content: { type: 'message', text: 'yes', reply_to: HASH } }],
    ['query_hash of the content', { content: { type: 'response', query_hash: HASH, answer: 'yes' } }],
    ['relates before in_reply_to', { content: { query_hash: OTHER }, relates: HASH, in_reply_to: OTHER }],
    ['in_reply_to before that of the content', { content: { in_reply_to: OTHER }, in_reply_to: HASH }],
    ['in_reply_to before query_hash', { content: { in_reply_to: HASH, query_hash: OTHER } }],
    ['query_hash beside a malformed in_reply_to', { content: { in_reply_to: 'x', query_hash: HASH } }],
  ])('is named by %s', async (_, body) => {
    expect((await openApi().post('/v1/publish', body)).data.relates).toBe(HASH)
  })

  test.each([
    { content: { in_reply_to: 'not a hash' } },
    { content: { query_hash: 5 } },
    { content: { deeper: { in_reply_to: HASH } } },
    { content: [HASH] },
    { content: null },
  ])('is none for content that names none: %j', async (body) => {
    const { status, data } = await openApi().post('/v1/publish', body)
    expect(status).toBe(201)
    expect(data).not.toHaveProperty('relates')
  })
})

describe('bad bodies', () => {
  test.each([
    ['content', {}],
    ['schema_id', { content: 1, schema_id: 5 }],
    ['relates', { content: 1, relates: 'A'.repeat(64) }],
    ['in_reply_to', { content: 1, in_reply_to: 'abc' }],
    ['tags', { content: 1, tags: 'a' }],
    ['tags[1]', { content: 1, tags: ['a', 5] }],
    ['trace_id', { content: 1, trace_id: {} }],
    ['span_id', { content: 1, span_id: [] }],
    ['expires_at', { content: 1, expires_at: 'tomorrow' }],
    ['expires_at', { content: 1, expires_at: 1767225600 }],
  ])('a wrong %s is named', async (field, body) => {
    const { status, error } = await openApi().post('/v1/publish', body)
    expect({ status, code: error.code }).toEqual({ status: 422, code: 'INVALID_BODY' })
    expect(error.details).toMatchObject([{ field }])
    expect(error.message).toMatch(/^[^{}]*\.$/)
  })

  test('all wrong fields are named at once', async () => {
    const { error } = await openApi().post('/v1/publish', { tags: [1], trace_id: 2 })
    expect(error.details.map(({ field }) => field)).toEqual(['content', 'tags[0]', 'trace_id'])
  })

  test('no more than 20 wrong fields are named', async () => {
    const { error } = await openApi().post('/v1/publish', { content: 1, tags: Array(21).fill(0) })
    expect(error.details).toHaveLength(20)
  })

  test.each([
    ['content', '{"content":9007199254740993}', /2\^53.*strings/],
    ['content', '{"content":{"a":[1e400]}}', /content\.a\[0\]/],
    ['content', '{"content":"\\ud800"}', /surrogate/],
    ['content', `{"content":${'['.repeat(129)}${']'.repeat(129)}}`, /nested deeper than 128/],
    ['tags', `{"content":1,"tags":["${'x'.repeat(129)}"]}`, /128/],
    ['trace_id', `{"content":1,"trace_id":"${'x'.repeat(257)}"}`, /256/],
  ])('the log refuses %s in %s with its own code', async (field, body, message) => {
    const { status, error } = await openApi().post('/v1/publish', body)
    expect({ status, code: error.code }).toEqual({ status: 422, code: 'LOG_DRAFT_INVALID' })
    expect(error.details).toMatchObject([{ field }])
    expect(error.message).toMatch(message)
  })

  test.each([
    ['numbers', '1'],
    ['lists', '[]'],
    ['objects', '{}'],
  ])('a megabyte of %s is too large', async (_, item) => {
    const items = Array(Math.floor(1_000_000 / (item.length + 1))).fill(item)
    const { status, error } = await openApi().post('/v1/publish', `{"content":[${items}]}`)
    expect({ status, code: error.code }).toEqual({ status: 413, code: 'LOG_DRAFT_TOO_LARGE' })
    expect(error.details).toMatchObject([{ field: 'content', limit: 65_536 }])
  })

  test('the most numbers that content can hold are taken', async () => {
    const content = `[${Array(32_767).fill(1)}]`
    const { status, text } = await openApi().post('/v1/publish', `{"content":${content}}`)
    expect(status).toBe(201)
    expect(text).toContain(`"content":${content},"hash"`)
  })

  test('content over 65,536 bytes is too large', async () => {
    const answer = await openApi().post('/v1/publish', { content: 'x'.repeat(65_535) })
    expect(answer).toMatchObject({ status: 413, error: { code: 'LOG_DRAFT_TOO_LARGE' } })
  })
})

describe('what is said of content before it is signed', () => {
  test('warnings stand in the metadata, and the message is published', async () => {
    const { post, log } = openApi()
    const { status, data, metadata } = await post('/v1/publish', { content: { type: 'insight', title: 'x' } })
    expect(status).toBe(201)
    expect(data.content).toEqual({ type: 'insight', title: 'x' })
    expect(metadata.warnings).toEqual([
      {
        code: 'SCHEMA_MISMATCH',
        field: 'content.observation',
        message: 'content.observation is missing (insight/v1).',
      },
    ])
    expect(log.counts().messages).toBe(1)
  })

  test.each([
    { content: { type: 'insight', title: 'x', observation: 'y' }, schema_id: 'insight/v1' },
    { content: { type: 'response', body: 'as older clients answer' }, in_reply_to: HASH },
    { content: { type: 'insight', body: 'as older clients say it', agent: 'claude' } },
    { content: { type: 'unknown' } },
  ])('without warnings there is no metadata: %j', async (body) => {
    const { status, text } = await openApi().post('/v1/publish', body)
    expect(status).toBe(201)
    expect(text).not.toContain('metadata')
  })

  test('content that breaks the schema it names is refused with the reason', async () => {
    const { post, log } = openApi()
    const { status, error } = await post('/v1/publish', { content: { type: 'insight' }, schema_id: 'insight/v1' })
    expect({ status, code: error.code }).toEqual({ status: 400, code: 'SCHEMA_MISMATCH' })
    expect(error.details).toEqual([
      { field: 'content.title', message: 'is missing' },
      { field: 'content.observation', message: 'is missing' },
    ])
    expect(log.counts().messages).toBe(0)
  })

  test('a strict node refuses what fits no schema', async () => {
    const { post } = openApi({ reviewer: new Reviewer({ schemas: openSchemas(), isStrict: true }) })
    await expect(post('/v1/publish', { content: { type: 'unknown' } })).resolves.toMatchObject({
      status: 400,
      error: { code: 'SCHEMA_UNKNOWN', details: [{ field: 'content.type' }] },
    })
    await expect(post('/v1/publish', { content: { type: 'insight', title: 'x' } })).resolves.toMatchObject({
      status: 400,
      error: { code: 'SCHEMA_MISMATCH' },
    })
  })

  test('a secret is refused when the node blocks it, and nothing of it is signed, answered or logged', async () => {
    const secret = `npm_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7'.repeat(2).slice(0, 36)}`
    const { post, log, errors } = openApi({ reviewer: new Reviewer({ schemas: openSchemas(), secrets: 'block' }) })
    const { status, error, text } = await post('/v1/publish', { content: { type: 'message', text: `use ${secret}` } })
    expect({ status, code: error.code }).toEqual({ status: 422, code: 'SECRET_FOUND' })
    expect(error.details).toEqual([{ field: 'content.text', message: 'looks like an npm token' }])
    expect(text).not.toContain(secret)
    expect(log.counts().messages).toBe(0)
    expect(errors).toEqual([])
  })

  test("content of a peer is nobody's business", async () => {
    const { log, get } = openApi({
      reviewer: new Reviewer({ schemas: openSchemas(), isStrict: true, secrets: 'block' }),
    })
    const [message] = chainOf(identityOf(2), [{ content: { type: 'insight' }, schemaId: 'insight/v1' }])
    if (message === undefined) throw new Error('A chain of one has one.')
    await expect(log.ingest([itemOf(message)], 'a peer')).resolves.toEqual([{ outcome: 'appended' }])
    await expect(get(`/v1/message/${message.hash}`)).resolves.toMatchObject({ status: 200 })
  })
})

describe('an Idempotency-Key', () => {
  const body = { content: { type: 'insight', title: 'once' } }
  const key = (value: string): Record<string, string> => ({ 'idempotency-key': value })

  test('makes the same body the same message, answered with 200 as the first time', async () => {
    const { post, log } = openApi()
    const first = await post('/v1/publish', body, key('a-1'))
    const second = await post('/v1/publish', body, key('a-1'))
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.text).toBe(first.text)
    expect(second.metadata.warnings).toMatchObject([{ code: 'SCHEMA_MISMATCH' }])
    expect(second.headers.get('location')).toBe(first.headers.get('location'))
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    expect(log.counts().messages).toBe(1)
  })

  test('is answered as the first time, whatever the node has come to think of it', async () => {
    const on = openLog()
    await openApi({ on }).post('/v1/publish', body, key('k'))
    const strict = openApi({ on, reviewer: new Reviewer({ schemas: openSchemas(), isStrict: true }) })
    await expect(strict.post('/v1/publish', body, key('k'))).resolves.toMatchObject({ status: 200 })
    await expect(strict.post('/v1/publish', body, key('other'))).resolves.toMatchObject({ status: 400 })
  })

  test('counts what would be signed: relates is the same by whichever name', async () => {
    const { post } = openApi()
    await post('/v1/publish', { content: 1, relates: HASH }, key('k'))
    await expect(post('/v1/publish', { in_reply_to: HASH, content: 1, ignored: 5 }, key('k'))).resolves.toMatchObject({
      status: 200,
    })
  })

  test('with another body is a conflict', async () => {
    const { post, log } = openApi()
    const { data } = await post('/v1/publish', body, key('k'))
    await expect(post('/v1/publish', { content: 1 }, key('k'))).resolves.toMatchObject({
      status: 409,
      error: { code: 'IDEMPOTENCY_CONFLICT', details: { hash: data.hash } },
    })
    expect(log.counts().messages).toBe(1)
  })

  test('of many at once is one message', async () => {
    const { post, log } = openApi()
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('/v1/publish', body, key('k'))))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(9).fill(200), 201])
    expect(new Set(answers.map(({ data }) => data.hash)).size).toBe(1)
    expect(log.counts().messages).toBe(1)
  })

  test.each(['x', ' x y ~', 'k'.repeat(255), '8e03978e-40d5-43e8-bc93-6894a57f9324'])('may be %j', async (value) => {
    await expect(openApi().post('/v1/publish', body, key(value))).resolves.toMatchObject({ status: 201 })
  })

  test.each(['', 'k'.repeat(256), 'caf\u00e9', 'a\tb'])('may not be %j', async (value) => {
    await expect(openApi().post('/v1/publish', body, key(value))).resolves.toMatchObject({
      status: 400,
      error: { code: 'INVALID_IDEMPOTENCY_KEY', details: [{ field: 'Idempotency-Key' }] },
    })
  })
})

describe('a feed that cannot go on', () => {
  test('is a conflict when peers hold more of it than we do', async () => {
    const { post, log, identity } = openApi()
    await log.ingest(chainOf(identity, [{ content: 1 }]).map(itemOf), 'a peer')
    await expect(post('/v1/publish', { content: 2 })).resolves.toMatchObject({
      status: 409,
      error: { code: 'LOG_ROLLED_BACK' },
    })
  })

  test('is a conflict when it is forked', async () => {
    const { post, log, identity } = openApi()
    await log.publish({ content: 'ours' })
    await log.ingest(chainOf(identity, [{ content: 'of a copy' }]).map(itemOf), 'a peer')
    await expect(post('/v1/publish', { content: 2 })).resolves.toMatchObject({
      status: 409,
      error: { code: 'LOG_FORKED' },
    })
  })

  test('a full disk is said in its own words', async () => {
    const { post, database, log } = openApi()
    database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`)
    const answer = await post('/v1/publish', { content: 'x'.repeat(60_000) })
    expect(answer).toMatchObject({ status: 507, error: { code: 'STORE_FULL' } })
    expect(answer.error.message).toMatch(/free some space/)
    expect(log.counts().messages).toBe(0)
  })
})

test('an answer does not wait for projections that are far behind', async () => {
  const { post } = openApi({
    projections: { settled: () => new Promise(() => {}), recentNames: async () => new Map() } as never,
  })
  await expect(post('/v1/publish', { content: 1 })).resolves.toMatchObject({ status: 201 })
})
