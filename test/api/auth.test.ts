import { describe, expect, test } from 'vitest'
import { mayChange, refuseStranger } from '../../src/api/auth.ts'
import { openApi } from './open-api.ts'
import type { Auth } from '../../src/api/auth.ts'

const TOKEN = 'a-token-of-this-test'
const ALL: Auth = { mode: 'token', token: TOKEN }
const WRITES: Auth = { mode: 'token-writes', token: TOKEN }
const SHOWN = { authorization: `Bearer ${TOKEN}` }
const json = { 'content-type': 'application/json' }

describe('the header', () => {
  const codeFor = (authorization: string | undefined) =>
    refuseStranger({ method: 'GET', path: '/v1/status', authorization }, ALL)?.code

  test.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER   ${TOKEN}`, `Bearer ${TOKEN} `])('%s is ours', (given) => {
    expect(codeFor(given)).toBeUndefined()
    expect(mayChange(given, WRITES)).toBe(true)
  })

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    TOKEN,
    `Basic ${TOKEN}`,
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(1)}`,
    `Bearer x ${TOKEN}`,
    `Bearer\t${TOKEN}`,
    `Bearer ${TOKEN.toUpperCase()}`,
  ])('%j is not', (given) => {
    expect(codeFor(given)).toBe('UNAUTHORIZED')
    expect(mayChange(given, WRITES)).toBe(false)
  })
})

describe('token', () => {
  test.each(['/v1/status', '/v1/events', '/', '/nowhere', '/docs/x', '/v1/export'])('%s asks for it', async (path) => {
    const answer = await openApi({ auth: ALL }).get(path)
    expect(answer).toMatchObject({ status: 401, error: { code: 'UNAUTHORIZED' } })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="egregore"')
  })

  test('whoever shows it is served, and status says what holds', async () => {
    const { get, post } = openApi({ auth: ALL })
    await expect(get('/v1/status', SHOWN)).resolves.toMatchObject({ status: 200, data: { auth: 'token' } })
    await expect(post('/v1/publish', { content: 1 }, SHOWN)).resolves.toMatchObject({ status: 201 })
  })

  test('a publish without it changes nothing', async () => {
    const { post, log } = openApi({ auth: ALL })
    await expect(post('/v1/publish', { content: 1 })).resolves.toMatchObject({ status: 401 })
    expect(log.counts().messages).toBe(0)
  })

  test('health is open, to this machine only', async () => {
    const { get } = openApi({ auth: ALL })
    await expect(get('/health')).resolves.toMatchObject({ status: 200 })
    await expect(get('/health', { authorization: 'Bearer wrong' })).resolves.toMatchObject({ status: 200 })
    await expect(get('/health', { host: 'evil.example' })).resolves.toMatchObject({ status: 403 })
  })

  test.each(['/openapi.json', '/docs'])(
    '%s is open, to this machine only: it says nothing of the node',
    async (path) => {
      const { api } = openApi({ auth: ALL })
      expect((await api.request(path)).status).toBe(200)
      expect((await api.request(path, { headers: { authorization: 'Bearer wrong' } })).status).toBe(200)
      expect((await api.request(path, { headers: { host: 'evil.example' } })).status).toBe(403)
    },
  )

  test('a page of another site is refused although it shows the token', async () => {
    const { get } = openApi({ auth: ALL })
    const refused = { status: 403, error: { code: 'FORBIDDEN_ORIGIN' } }
    await expect(get('/v1/status', { ...SHOWN, origin: 'http://evil.example' })).resolves.toMatchObject(refused)
  })
})

describe('token-writes', () => {
  test('reading is open, and a wrong token is told all the same', async () => {
    const { get } = openApi({ auth: WRITES })
    await expect(get('/v1/status')).resolves.toMatchObject({ status: 200, data: { auth: 'token-writes' } })
    await expect(get('/v1/status', { authorization: 'Bearer wrong' })).resolves.toMatchObject({ status: 401 })
  })

  test.each([
    ['POST', '/v1/publish'],
    ['POST', '/v1/import'],
    ['DELETE', '/v1/follows/x'],
    ['PUT', '/v1/status'],
  ])('%s %s asks for it', async (method, path) => {
    const { call } = openApi({ auth: WRITES })
    await expect(call(method, path)).resolves.toMatchObject({ status: 401 })
  })
})

test('off asks nobody, and does not look at what is shown', async () => {
  const { get } = openApi()
  const answer = await get('/v1/status', { authorization: 'Bearer anything' })
  expect(answer).toMatchObject({ status: 200, data: { auth: 'off' } })
})

describe('MCP', () => {
  const call = (name: string, given: object) => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name, arguments: given },
  })

  /** The one JSON-RPC answer. */
  async function ask(auth: Auth, body: object, headers: Record<string, string> = {}) {
    const { api, log } = openApi({ auth })
    const response = await api.request('/mcp', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { ...json, ...headers },
    })
    return { status: response.status, answer: await response.json(), messages: log.counts().messages }
  }

  const publish = call('egregore_publish', { content: { type: 'insight', title: 'a', observation: 'b' } })

  test('stands behind the same gate', async () => {
    await expect(ask(ALL, publish)).resolves.toMatchObject({ status: 401, messages: 0 })
    await expect(ask(ALL, publish, SHOWN)).resolves.toMatchObject({ status: 200, messages: 1 })
  })

  test('with token-writes, tools that read are open and tools that change something are refused', async () => {
    await expect(ask(WRITES, call('egregore_status', {}))).resolves.toMatchObject({
      status: 200,
      answer: { result: { structuredContent: expect.anything() } },
    })
    const refused = await ask(WRITES, publish)
    expect(refused).toMatchObject({ status: 200, messages: 0, answer: { result: { isError: true } } })
    expect(JSON.stringify(refused.answer)).toContain('api.token')
    await expect(ask(WRITES, publish, SHOWN)).resolves.toMatchObject({ messages: 1 })
    await expect(ask(WRITES, publish, { authorization: 'Bearer wrong' })).resolves.toMatchObject({ status: 401 })
  })
})
