import { describe, expect, test } from 'vitest'
import { openApi } from './open-api.ts'

describe('what is not there', () => {
  test.each([
    '/',
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v1/status/',
    '/v1/feed/',
    '/v1/nothing',

    '/metric',
  ])('%s is answered with 404 in the envelope', async (path) => {
    const answer = await openApi().get(path)
    expect(answer).toMatchObject({ status: 404, success: false, error: { code: 'NOT_FOUND' } })
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  test('a path of hostile text is answered with 404', async () => {
    const answer = await openApi().get('/v1/%00%0d%0a%E2%80%AE"<script>/__proto__')
    expect(answer).toMatchObject({ status: 404, error: { code: 'NOT_FOUND' } })
  })
})

describe('verbs', () => {
  test.each([
    ['POST', '/v1/status', 'GET, HEAD'],
    ['DELETE', '/v1/feed', 'GET, HEAD'],
    ['PUT', '/v1/publish', 'POST'],
    ['GET', '/v1/publish', 'POST'],
    ['HEAD', '/v1/publish', 'POST'],
    ['PATCH', '/v1/peers', 'GET, HEAD, POST'],
    ['GET', '/v1/peers/127.0.0.1:1', 'DELETE'],
    ['GET', '/v1/peers//ip4/127.0.0.1/tcp/1', 'DELETE'],
    ['POST', '/v1/feed/@a/b=.ed25519', 'GET, HEAD'],
    ['OPTIONS', '/v1/publish', 'POST'],
    ['GET', '/v1/memories/local-1/supersede', 'POST'],
    ['OPTIONS', '/v1/queries/0/responses', 'POST'],
    ['DELETE', '/v1/hooks/a/dead-letters/0/retry', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['POST', '/docs', 'GET, HEAD'],
    ['GET', '/mcp', 'POST'],
    ['DELETE', '/mcp', 'POST'],
  ])('%s %s is refused and told what is allowed: %s', async (method, path, allow) => {
    const answer = await openApi().call(method, path)
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe(allow)
    if (method !== 'HEAD') expect(answer.error.code).toBe('METHOD_NOT_ALLOWED')
  })

  test('HEAD answers what GET would, without its body', async () => {
    const answer = await openApi().call('HEAD', '/v1/status')
    expect(answer).toMatchObject({ status: 200, text: '' })
  })
})

describe('who may call', () => {
  test('the Host header decides, on every path', async () => {
    const { get } = openApi()
    const forbidden = { status: 403, error: { code: 'FORBIDDEN_HOST' } }
    for (const path of ['/v1/status', '/health', '/nowhere', '/openapi.json', '/mcp']) {
      await expect(get(path, { host: 'evil.example' })).resolves.toMatchObject(forbidden)
    }
    await expect(get('/v1/status', { host: '[::1]:7654' })).resolves.toMatchObject({ status: 200 })
  })

  test('a page of another origin cannot publish', async () => {
    const { post, log } = openApi()
    const answer = await post('/v1/publish', { content: 1 }, { origin: 'http://evil.example' })
    expect(answer).toMatchObject({ status: 403, error: { code: 'FORBIDDEN_ORIGIN' } })
    expect(log.counts().messages).toBe(0)
  })

  test('no answer invites other origins', async () => {
    const { get } = openApi()
    const { headers } = await get('/v1/status', { host: 'localhost:7654', origin: 'http://localhost:7654' })
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test('a configured host and origin are served', async () => {
    const { get } = openApi({ callers: { hosts: ['desk.lan'], origins: ['http://localhost:3000'] } })
    const answer = await get('/v1/status', { host: 'desk.lan:7654', origin: 'http://localhost:3000' })
    expect(answer.status).toBe(200)
  })
})

describe('bodies', () => {
  const fitting = JSON.stringify({ content: 1, ignored: '' })

  test('a body of 1 MiB is read and one byte more is refused', async () => {
    const { post } = openApi()
    const filled = (bytes: number) => fitting.replace('""', `"${'x'.repeat(bytes - fitting.length)}"`)
    await expect(post('/v1/publish', filled(1024 * 1024))).resolves.toMatchObject({ status: 201 })
    await expect(post('/v1/publish', filled(1024 * 1024 + 1))).resolves.toMatchObject({
      status: 413,
      error: { code: 'BODY_TOO_LARGE', details: { limit: 1024 * 1024 } },
    })
  })

  test.each(['', '{', '{"content":1}}', "{'content':1}", '{"content":01}', '{"content":NaN}', 'content=1', '\u0000'])(
    'what is no JSON is refused: %s',
    async (body) => {
      const answer = await openApi().post('/v1/publish', body)
      expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_JSON' } })
    },
  )

  test('bytes that are not UTF-8 are refused, not replaced', async () => {
    const body = Buffer.from([...Buffer.from('{"content":"'), 0xff, 0xc0, ...Buffer.from('"}')])
    const answer = await openApi().call('POST', '/v1/publish', {
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer).toMatchObject({ status: 400, error: { code: 'INVALID_JSON' } })
  })

  test('nesting of 256 is read and deeper is refused', async () => {
    const { post } = openApi()
    const nested = (depth: number) => `{"content":1,"ignored":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    await expect(post('/v1/publish', nested(256))).resolves.toMatchObject({ status: 201 })
    await expect(post('/v1/publish', nested(257))).resolves.toMatchObject({ error: { code: 'INVALID_JSON' } })
    await expect(post('/v1/publish', nested(200_000))).resolves.toMatchObject({ error: { code: 'INVALID_JSON' } })
  })

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON ;charset="utf-8"'])(
    'a body of type %s is read',
    async (type) => {
      const answer = await openApi().post('/v1/publish', fitting, { 'content-type': type })
      expect(answer.status).toBe(201)
    },
  )

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/ld+json',
    'json',
    '',
  ])('a body of type "%s" is refused', async (type) => {
    const answer = await openApi().post('/v1/publish', fitting, { 'content-type': type })
    expect(answer).toMatchObject({ status: 415, error: { code: 'UNSUPPORTED_MEDIA_TYPE' } })
  })

  test.each(['gzip', 'br', 'identity, gzip'])('a body that is encoded is refused: %s', async (coding) => {
    const answer = await openApi().post('/v1/publish', fitting, { 'content-encoding': coding })
    expect(answer).toMatchObject({ status: 415, error: { code: 'UNSUPPORTED_MEDIA_TYPE', details: { found: coding } } })
    expect((await openApi().post('/v1/publish', fitting, { 'content-encoding': 'identity' })).status).toBe(201)
  })

  test.each(['null', '[]', '"text"', 'true'])('JSON that is no object is refused: %s', async (body) => {
    const answer = await openApi().post('/v1/publish', body)
    expect(answer).toMatchObject({ status: 422, error: { code: 'INVALID_BODY', details: [{ field: '' }] } })
    expect(answer.error.message).toBe('The body must be a JSON object.')
  })
})

describe('faults of ours', () => {
  test('are answered without their words, and logged with them', async () => {
    const { get, errors, database } = openApi()
    database.close()
    const answer = await get('/v1/status')
    expect(answer).toMatchObject({ status: 500, error: { code: 'INTERNAL' } })
    expect(answer.text).not.toContain('database')
    expect(errors).toMatchObject([{ path: '/v1/status', code: 'INTERNAL', err: { message: expect.any(String) } }])
  })

  test('a stopping node says so', async () => {
    const { post, log } = openApi()
    await log.close()
    await expect(post('/v1/publish', { content: 1 })).resolves.toMatchObject({
      status: 503,
      error: { code: 'LOG_CLOSED' },
    })
  })

  test('refusals are not logged as errors', async () => {
    const { get, post, errors } = openApi()
    await get('/nowhere')
    await post('/v1/publish', '')
    await post('/v1/peers', { address: '127.0.0.1:1' })
    expect(errors).toEqual([])
  })
})
