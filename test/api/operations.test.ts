// Every operation that /openapi.json names is called on a live API, and every answer is held against what the document says of it.

import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../src/api/index.ts'
import { Backups, SqliteBanStore } from '../../src/store/index.ts'
import { hookInit, publish, startHook } from '../hooks/open-hooks.ts'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { identityOf, openLog } from '../support/open-log.ts'
import { openNetwork } from '../support/open-network.ts'
import { openReceiver } from '../support/receiver.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { openApi } from './open-api.ts'

interface Operation {
  operationId: string
  responses: Record<string, { content?: Record<string, { examples?: object }>; headers?: object }>
}

/** What the tests look at of it. */
interface Document extends Record<string, unknown> {
  paths: Record<string, Record<string, Operation>>
}

/** `GET /v1/feed/{author}`, where to call it, and what to send. */
interface Call {
  operation: string
  path: string
  body?: unknown
  headers?: Record<string, string>
  status: number
}

const alice = identityOf(2)
const author = encodeURIComponent(alice.author)
const PEER = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
const NO_HASH = '0'.repeat(64)
const MALFORMED_AUTHOR = 'nobody'

/** A node with a network, a ban, a hook that fails, and messages of its own and of others. */
async function openEverything() {
  const path = `${temporaryDirectory()}/network.db`
  const before = await openNetwork({ seed: 1, path })
  await before.network.stop()
  const until = Date.now() + 3_600_000
  new SqliteBanStore(before.database).saveBan({
    peer: PEER,
    code: 'FEED_SIGNATURE_INVALID',
    since: 1_000,
    until,
    times: 1,
  })
  const { network } = await openNetwork({ seed: 1, path, presence: true })
  const receiver = await openReceiver((response) => response.writeHead(500).end())
  const opened = startHook(hookInit({ name: 'hook', target: { kind: 'webhook', url: receiver.url } }))
  // A log in memory has no file to be copied.
  const { database } = openLog({ path: `${temporaryDirectory()}/egregore.db` })
  const backups = new Backups(database, temporaryDirectory(), Date.now)
  const open = openApi({ on: { ...opened, network }, hooks: opened.hooks, backups })
  const memory = await opened.log.publish({ content: { type: 'memory', content: 'known' } })
  const failed = await publish({ ...opened, ...open }, 'fails')
  await opened.settled()
  await open.log.ingest(chainOf(alice, insights(3)).map(itemOf), 'a peer')
  const asked = await open.log.publish({ content: { type: 'query', question: 'who?' } })
  await open.projections.settled(open.log.cursor().offset)
  const { port, stop } = await startServer({ app: open.api, port: 0 })
  const hashes = { failed: failed.hash, memory: memory.hash, asked: asked.hash }
  return { ...open, hashes, url: `http://127.0.0.1:${port}`, stop }
}

/** In an order in which each finds what it is about. */
function callsOn({
  failed,
  memory,
  asked,
  exported,
}: Record<'failed' | 'memory' | 'asked' | 'exported', string>): Call[] {
  const call = (operation: string, status: number, given: Partial<Call> = {}): Call => ({
    operation,
    path: operation.split(' ')[1] ?? '',
    status,
    ...given,
  })
  const at = (operation: string, status: number, path: string, given: Partial<Call> = {}) =>
    call(operation, status, { path, ...given })
  const content = { type: 'insight', title: 'limits', observation: 'they hold' }
  const once = { headers: { 'Idempotency-Key': 'once' }, body: { content: { type: 'insight' } } }
  const json_schema = { type: 'object', required: ['celsius'], properties: { celsius: { type: 'number' } } }
  const schema = { content_type: 'reading', version: 1, json_schema }
  const policy = { scope: { topic: 'none' }, max_count: 1 }
  return [
    call('GET /health', 200),
    call('GET /metrics', 200),
    call('GET /v1/status', 200),
    call('GET /v1/identity', 200),
    call('POST /v1/publish', 201, { body: { content, tags: ['api'], expires_at: '2099-01-01T00:00:00Z' } }),
    call('POST /v1/publish', 201, once),
    call('POST /v1/publish', 200, once),
    call('POST /v1/publish', 409, { ...once, body: { content: 2 } }),
    call('POST /v1/publish', 400, { body: '{' }),
    call('POST /v1/publish', 413, { body: { content: 'x'.repeat(70_000) } }),
    call('POST /v1/publish', 415, { body: '{}', headers: { 'content-type': 'text/plain' } }),
    call('POST /v1/publish', 422, { body: {} }),
    call('POST /v1/publish', 403, { body: {}, headers: { origin: 'http://evil.example' } }),
    at('GET /v1/feed', 200, '/v1/feed?include_self=true&limit=2'),
    at('GET /v1/feed', 400, '/v1/feed?limit=x'),
    at('GET /v1/feed/{author}', 200, `/v1/feed/${author}`),
    at('GET /v1/feed/{author}', 400, `/v1/feed/${MALFORMED_AUTHOR}`),
    call('GET /v1/insights', 200),
    at('GET /v1/search', 200, '/v1/search?q=note'),
    call('GET /v1/log-levels', 200),
    call('POST /v1/log-levels', 200, { body: { default: 'info' } }),
    at('GET /v1/insights/search', 200, '/v1/insights/search?q=note'),
    call('GET /v1/insights/search', 400),
    at('GET /v1/message/{hash}', 200, `/v1/message/${failed}`),
    at('GET /v1/message/{hash}', 404, `/v1/message/${NO_HASH}`),
    at('GET /v1/message/{hash}', 400, '/v1/message/x'),
    call('POST /v1/memories', 201, { body: { content: 'kept here', visibility: 'local' } }),
    call('POST /v1/memories', 201, { body: { content: 'signed', tags: ['a'], expires_at: '2099-01-01T00:00:00Z' } }),
    call('POST /v1/memories', 200, { body: { content: 'signed', expires_at: '2099-01-01T00:00:00Z' } }),
    call('POST /v1/memories', 422, { body: { content: '' } }),
    call('POST /v1/memories', 404, { body: { content: 'x', supersedes: NO_HASH } }),
    call('GET /v1/memories', 200),
    at('GET /v1/memories', 200, '/v1/memories?q=kept'),
    at('GET /v1/memories', 400, '/v1/memories?include=all'),
    at('GET /v1/memories/{id}', 200, '/v1/memories/local-1'),
    at('GET /v1/memories/{id}', 404, `/v1/memories/${failed}`),
    at('GET /v1/memories/{id}', 400, '/v1/memories/x'),
    at('POST /v1/memories/{id}/supersede', 201, '/v1/memories/local-1/supersede', { body: { content: 'anew' } }),
    at('POST /v1/memories/{id}/supersede', 400, '/v1/memories/x/supersede', { body: { content: 'anew' } }),
    at('POST /v1/memories/{id}/retract', 201, `/v1/memories/${memory}/retract?reason=wrong`),
    at('POST /v1/memories/{id}/restore', 200, `/v1/memories/${memory}/restore`),
    at('GET /v1/memories/{id}', 200, `/v1/memories/${memory}`),
    at('DELETE /v1/memories/{id}', 200, `/v1/memories/${memory}`),
    at('POST /v1/memories/{id}/retract', 409, '/v1/memories/local-1/retract'),
    at('POST /v1/memories/{id}/retract', 404, `/v1/memories/${NO_HASH}/retract`),
    at('POST /v1/memories/{id}/restore', 409, '/v1/memories/local-1/restore'),
    at('DELETE /v1/memories/{id}', 200, '/v1/memories/local-1'),
    at('DELETE /v1/memories/{id}', 404, '/v1/memories/local-1'),
    at('GET /v1/hashes/{prefix}', 200, `/v1/hashes/${failed.slice(0, 8)}`),
    at('GET /v1/hashes/{prefix}', 400, '/v1/hashes/abc'),
    call('GET /v1/search', 400),
    call('POST /v1/messages', 201, { body: { text: 'hello', to: ['role:ops'] } }),
    call('POST /v1/messages', 422, { body: { text: '' } }),
    call('POST /v1/messages', 400, { body: { text: 'hello', to: ['nobody'] } }),
    call('GET /v1/messages', 200),
    call('GET /v1/inbox', 200),
    at('GET /v1/inbox', 400, '/v1/inbox?reach=near'),
    call('POST /v1/inbox/read', 200, { body: { hashes: [failed] } }),
    call('POST /v1/inbox/acknowledge', 200, { body: { hashes: [failed] } }),
    call('POST /v1/inbox/unread', 200, { body: { hashes: [failed] } }),
    call('POST /v1/queries', 201, { body: { question: 'why?' } }),
    at('GET /v1/queries', 200, '/v1/queries?state=open'),
    at('POST /v1/queries/{hash}/responses', 201, `/v1/queries/${asked}/responses`, { body: { answer: 'me' } }),
    at('POST /v1/queries/{hash}/responses', 404, `/v1/queries/${NO_HASH}/responses`, { body: { answer: 'me' } }),
    at('GET /v1/queries/{hash}', 200, `/v1/queries/${asked}`),
    at('GET /v1/queries/{hash}', 404, `/v1/queries/${NO_HASH}`),
    at('POST /v1/mutes/{author}', 201, `/v1/mutes/${author}`),
    call('GET /v1/mutes', 200),
    at('DELETE /v1/mutes/{author}', 204, `/v1/mutes/${author}`),
    call('POST /v1/log-levels', 200, { body: { parts: { network: 'debug' } } }),
    call('GET /v1/events', 200),
    at('GET /v1/events', 400, '/v1/events?last_event_id=x'),
    call('GET /v1/export', 200),
    call('POST /v1/import', 200, { body: { messages: [exported, 'no message'] } }),
    call('GET /v1/peers', 200),
    call('POST /v1/peers', 201, { body: { address: '127.0.0.1:1' } }),
    call('POST /v1/peers', 400, { body: { address: 'nonsense' } }),
    call('GET /v1/mesh', 200),
    at('GET /v1/mesh/{peer}', 200, '/v1/mesh/127.0.0.1:1'),
    at('GET /v1/mesh/{peer}', 404, '/v1/mesh/127.0.0.1:2'),
    at('DELETE /v1/peers/{address}', 204, '/v1/peers/127.0.0.1:1'),
    at('DELETE /v1/peers/{address}', 404, '/v1/peers/127.0.0.1:1'),
    call('GET /v1/agents', 200),
    at('GET /v1/agents', 400, '/v1/agents?online=maybe'),
    call('POST /v1/agents/me', 201, { body: { name: 'Ada' } }),
    call('POST /v1/agents/me', 200, { body: { name: 'Ada' } }),
    call('POST /v1/agents/me', 400, { body: { name: '' } }),
    call('POST /v1/agents/presence', 422, { body: { status: 'Not a slug' } }),
    call('POST /v1/agents/presence', 200, { body: { status: 'idle' } }),
    at('GET /v1/agents/{who}', 200, `/v1/agents/${author}`),
    at('GET /v1/agents/{who}', 400, '/v1/agents/nobody'),
    call('GET /v1/bans', 200),
    at('DELETE /v1/bans/{peer_id}', 204, `/v1/bans/${PEER}`),
    at('DELETE /v1/bans/{peer_id}', 404, `/v1/bans/${PEER}`),
    at('POST /v1/follows/{author}', 201, `/v1/follows/${author}`),
    call('GET /v1/follows', 200),
    at('DELETE /v1/follows/{author}', 204, `/v1/follows/${author}`),
    at('DELETE /v1/follows/{author}', 400, `/v1/follows/${MALFORMED_AUTHOR}`),
    at('POST /v1/topics/{topic}', 201, '/v1/topics/api'),
    call('GET /v1/topics', 200),
    call('GET /v1/topics/known', 200),
    at('DELETE /v1/topics/{topic}', 204, '/v1/topics/api'),
    at('DELETE /v1/topics/{topic}', 400, '/v1/topics/%20'),
    at('POST /v1/blocks/{author}', 201, `/v1/blocks/${author}`),
    call('GET /v1/blocks', 200),
    at('DELETE /v1/blocks/{author}', 204, `/v1/blocks/${author}`),
    call('GET /v1/hooks', 200),
    at('GET /v1/hooks/{hook}/dead-letters', 200, '/v1/hooks/hook/dead-letters'),
    at('GET /v1/hooks/{hook}/dead-letters', 404, '/v1/hooks/none/dead-letters'),
    at('POST /v1/hooks/{hook}/dead-letters/{letter}/retry', 204, `/v1/hooks/hook/dead-letters/${failed}/retry`),
    at('POST /v1/hooks/{hook}/dead-letters/{letter}/retry', 400, '/v1/hooks/hook/dead-letters/x/retry'),
    at('DELETE /v1/hooks/{hook}/dead-letters/{letter}', 204, '/v1/hooks/hook/dead-letters/all'),
    at('DELETE /v1/hooks/{hook}/dead-letters/{letter}', 404, `/v1/hooks/hook/dead-letters/${NO_HASH}`),
    call('POST /v1/schemas', 201, { body: schema }),
    call('GET /v1/schemas', 200),
    at('GET /v1/schemas/{schema_id}', 200, '/v1/schemas/reading/v1'),
    at('GET /v1/schemas/{schema_id}', 404, '/v1/schemas/none/v1'),
    call('POST /v1/schemas/validate', 200, { body: { schema_id: 'reading/v1', content: { celsius: 'x' } } }),
    at('DELETE /v1/schemas/{schema_id}', 204, '/v1/schemas/reading/v1'),
    at('DELETE /v1/schemas/{schema_id}', 404, '/v1/schemas/none/v1'),
    call('POST /v1/retention/policies/preview', 200, { body: policy }),
    call('POST /v1/retention/policies', 201, { body: policy }),
    call('POST /v1/retention/policies', 400, { body: {} }),
    call('GET /v1/retention/policies', 200),
    at('DELETE /v1/retention/policies/{id}', 204, '/v1/retention/policies/1'),
    at('DELETE /v1/retention/policies/{id}', 404, '/v1/retention/policies/1'),
    call('POST /v1/retention/sweep', 200),
    call('POST /v1/backups', 201),
  ]
}

async function documentOf(): Promise<Document> {
  return (await openApi().api.request('/openapi.json')).json() as Promise<Document>
}

test('the document is OpenAPI 3.1, by its own schema', async () => {
  const result = await new Validator().validate(await documentOf())
  expect(result).toMatchObject({ valid: true })
})

test('every operation has a name of its own, and every call but health may ask for the token', async () => {
  const { paths } = await documentOf()
  const operations = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.values(verbs).map((operation) => ({ path, ...operation })),
  )
  const names = operations.map(({ operationId }) => operationId)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toContain('getFeedByAuthor')
  const open = operations.filter(({ responses }) => responses['401'] === undefined).map(({ path }) => path)
  expect(open).toEqual(['/health'])
})

test('every operation is called, and every answer is as the document says', async () => {
  const document = await documentOf()
  const open = await openEverything()
  onTestFinished(open.stop)
  const exported = (await (await fetch(`${open.url}/v1/export?author=${author}`)).text()).split('\n')[0] ?? ''
  const calls = callsOn({ ...open.hashes, exported })
  const problemWith = validatorOf(document)
  const problems: string[] = []
  for (const call of calls) {
    const problem = await problemWith(call, await ask(open.url, call))
    if (problem !== undefined) problems.push(`${call.operation} ${call.status}: ${problem}`)
  }
  expect(problems).toEqual([])
  const called = new Set(calls.filter(({ status }) => status < 300).map(({ operation }) => operation))
  const named = Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${path}`),
  )
  expect([...called].sort()).toEqual(named.sort())
})

function ask(url: string, { operation, path, body, headers = {} }: Call): Promise<Response> {
  const json = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const type = json === undefined ? {} : { 'content-type': 'application/json' }
  return fetch(url + path, {
    method: operation.split(' ')[0] ?? '',
    headers: { ...type, ...headers },
    ...(json !== undefined && { body: json }),
  })
}

/** What is wrong with an answer, or undefined. */
function validatorOf(document: Document): (call: Call, response: Response) => Promise<string | undefined> {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  ajv.addSchema(document, 'api')
  return async ({ operation, status }, response) => {
    if (response.status !== status) return `answered ${response.status}: ${await response.text()}`
    const [verb = '', path = ''] = operation.split(' ')
    const said = document.paths[path]?.[verb.toLowerCase()]?.responses[status]
    if (said === undefined) return 'a status that the document does not name'
    const [mediaType = ''] = (response.headers.get('content-type') ?? '').split(';')
    if (said.content === undefined) return (await response.text()) === '' ? undefined : 'a body where none is named'
    if (said.content[mediaType] === undefined) return `${mediaType}, which the document does not name`
    if (mediaType === 'text/event-stream') return void (await response.body?.cancel())
    const missing = Object.keys(said.headers ?? {}).filter((name) => !response.headers.has(name))
    if (missing.length > 0) return `without ${missing}`
    if (mediaType !== 'application/json') return void (await response.text())
    const place = ['paths', path, verb.toLowerCase(), 'responses', status, 'content', mediaType, 'schema'].map(pointer)
    const check = ajv.compile({ $ref: `api#/${place.join('/')}` })
    const answer = (await response.json()) as { error?: { code: string } } // As: the line below holds it to more.
    if (!check(answer)) return ajv.errorsText(check.errors)
    const { code } = answer.error ?? {}
    return code === undefined || code in (said.content[mediaType].examples ?? {})
      ? undefined
      : `${code}, not documented`
  }
}

function pointer(part: string | number): string {
  return encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))
}
