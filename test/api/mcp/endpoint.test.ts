import { describe, expect, test } from 'vitest'
import { openApi } from '../open-api.ts'
import { connect, ERAS } from './clients.ts'
import type { OpenApi } from '../open-api.ts'

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'curl', version: '8' } },
}
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' }

/** A request of the older era as curl would send it. */
async function rpc({ api }: OpenApi, body: unknown, headers: Record<string, string> = {}) {
  const response = await api.request('/mcp', {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  const json: any = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, headers: response.headers, json }
}

function callOf(name: string, given: unknown, id: unknown = 1) {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: given } }
}

describe.each(ERAS)('a client of the %s era', (era) => {
  test('lists the tools in their order, each with schemas, title and annotations', async () => {
    const client = await connect(era, openApi().api)
    const tools = await client.tools()
    expect(tools.map(({ name }) => name)).toEqual([
      'egregore_status',
      'egregore_identity',
      'egregore_publish',
      'egregore_query',
      'egregore_mesh',
      'egregore_peers',
      'egregore_add_peer',
      'egregore_remove_peer',
      'egregore_follows',
      'egregore_follow',
      'egregore_unfollow',
      'egregore_memory',
      'egregore_message',
      'egregore_presence',
    ])
    for (const tool of tools) {
      expect(tool.title).toBeTruthy()
      expect(tool.description?.length).toBeLessThan(450)
      expect(tool.inputSchema).toMatchObject({ type: 'object' })
      expect(tool.outputSchema).toBeDefined()
      expect(tool.annotations).toMatchObject({
        readOnlyHint: expect.any(Boolean),
        destructiveHint: expect.any(Boolean),
      })
    }
  })

  test('tools of agents have eight parameters at most beside their action', async () => {
    const tools = await (await connect(era, openApi().api)).tools()
    for (const name of ['egregore_mesh', 'egregore_memory', 'egregore_message', 'egregore_presence']) {
      const schema = tools.find((tool) => tool.name === name)?.inputSchema as { properties: object } | undefined // As: of an object.
      const parameters = Object.keys(schema?.properties ?? {}).filter((parameter) => parameter !== 'action')
      expect([name, parameters.length > 0 && parameters.length <= 8]).toEqual([name, true])
    }
  })

  test('is told what this is in at most 1.5 KB', async () => {
    const { client } = await connect(era, openApi().api)
    const instructions = client.getInstructions()
    expect(instructions).toContain('egregore_query')
    expect(Buffer.byteLength(instructions)).toBeLessThanOrEqual(1_536)
  })

  test('meets a JSON-RPC error where there is no such tool', async () => {
    const client = await connect(era, openApi().api)
    await expect(client.call('egregore_blob_upload')).rejects.toThrow(/-32602.*Unknown tool|Unknown tool/)
  })
})

describe('a request without any courtesy', () => {
  test.each([undefined, '*/*', 'application/json', 'text/event-stream', 'text/html'])(
    'Accept: %s is answered by JSON',
    async (accept) => {
      const answer = await rpc(openApi(), PING, accept === undefined ? {} : { accept })
      expect(answer).toMatchObject({ status: 200, json: { jsonrpc: '2.0', id: 1, result: {} } })
      expect(answer.headers.get('content-type')).toContain('application/json')
    },
  )

  test('a tool is called without initialize, without a version, without arguments', async () => {
    const opened = openApi()
    const { json } = await rpc(opened, {
      jsonrpc: '2.0',
      id: 'x',
      method: 'tools/call',
      params: { name: 'egregore_identity' },
    })
    expect(json.result.structuredContent).toMatchObject({ public_id: opened.identity.author })
  })

  test('the last of two requests is answered like the first: nothing is kept', async () => {
    const opened = openApi()
    expect((await rpc(opened, INITIALIZE)).json.result.serverInfo.name).toBe('egregore')
    expect((await rpc(opened, INITIALIZE)).json.result.protocolVersion).toBe('2025-06-18')
    expect(await rpc(opened, { jsonrpc: '2.0', method: 'notifications/initialized' })).toMatchObject({ status: 202 })
    expect((await rpc(opened, PING, { 'mcp-session-id': 'of another server' })).status).toBe(200)
  })

  test('a version that was never agreed on is refused', async () => {
    const answer = await rpc(openApi(), PING, { 'mcp-protocol-version': '1999-01-01' })
    expect(answer).toMatchObject({ status: 400, json: { error: { message: expect.stringContaining('1999-01-01') } } })
  })
})

const NAMES: Readonly<Record<string, string>> = { 'tools/call': 'egregore_status', 'prompts/get': 'brief' }

describe('what is no request', () => {
  test.each(['', '{', 'null x', '{"jsonrpc":"2.0",}', '\u0000', `{"a":${'['.repeat(300)}${']'.repeat(300)}}`])(
    'no JSON is a parse error: %s',
    async (body) => {
      const answer = await rpc(openApi(), body)
      expect(answer).toMatchObject({ status: 400, json: { jsonrpc: '2.0', id: null, error: { code: -32_700 } } })
    },
  )

  test.each([
    'null',
    '17',
    '"ping"',
    '{}',
    '{"jsonrpc":"1.0","id":1,"method":"ping"}',
    '{"jsonrpc":"2.0","id":{},"method":"ping"}',
    '{"jsonrpc":"2.0","id":1,"method":7}',
    '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}',
  ])('JSON of another shape is refused: %s', async (body) => {
    const answer = await rpc(openApi(), body)
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({
      jsonrpc: '2.0',
      error: { code: expect.any(Number), message: expect.any(String) },
    })
  })

  test.each(['nothing', 'logging/setLevel', 'completion/complete', 'resources/subscribe', '__proto__', 'constructor'])(
    'a method that is not offered is -32601: %s',
    async (method) => {
      const { json } = await rpc(openApi(), { jsonrpc: '2.0', id: 5, method, params: {} })
      expect(json).toMatchObject({ id: 5, error: { code: -32_601 } })
    },
  )

  test.each(['toString', '__proto__', '', 'egregore_status ', 'EGREGORE_STATUS', 'x'.repeat(10_000)])(
    'a tool that does not exist is -32602: %s',
    async (name) => {
      const { json } = await rpc(openApi(), callOf(name, {}))
      expect(json.error.code).toBe(-32_602)
      expect(json.error.message.length).toBeLessThan(500)
    },
  )

  test.each([
    ['initialize', undefined, 'params: '],
    ['initialize', { ...INITIALIZE.params, protocolVersion: 5 }, 'params.protocolVersion: '],
    ['tools/list', { cursor: 5 }, 'params.cursor: '],
    ['tools/call', {}, 'params.name: '],
    ['prompts/list', { cursor: {} }, 'params.cursor: '],
    ['prompts/get', { name: 5 }, 'params.name: '],
    ['resources/list', { cursor: [] }, 'params.cursor: '],
    ['resources/templates/list', { cursor: true }, 'params.cursor: '],
    ['resources/read', undefined, 'params: '],
  ])('%s with the params %j is a fault of the caller, said in words', async (method, params, place) => {
    const { status, json } = await rpc(openApi(), { jsonrpc: '2.0', id: 'a', method, params })
    expect([status, json.id, json.error.code]).toEqual([200, 'a', -32_602])
    expect(json.error.message).toContain(`Invalid params. ${place}Invalid input: expected`)
  })

  test('arguments that are no object are refused by the protocol', async () => {
    for (const given of [[], 'text', 7]) {
      expect((await rpc(openApi(), callOf('egregore_status', given))).json.error.code).toBe(-32_602)
    }
  })

  test.each(['tools/call', 'prompts/get'])('arguments that are null are left out: %s', async (method) => {
    const call = { jsonrpc: '2.0', id: 1, method, params: { name: NAMES[method], arguments: null } }
    expect((await rpc(openApi(), call)).json.result).toBeDefined()
    expect((await rpc(openApi(), [call, PING])).json).toMatchObject([{ result: {} }, { result: {} }])
  })

  test('another media type is refused', async () => {
    const answer = await rpc(openApi(), PING, { 'content-type': 'text/plain' })
    expect(answer).toMatchObject({
      status: 415,
      json: { id: null, error: { data: { code: 'UNSUPPORTED_MEDIA_TYPE' } } },
    })
  })

  test('a body of 1 MiB is read and one byte more is refused', async () => {
    const fitting = JSON.stringify(PING)
    const filled = (bytes: number) => fitting.padEnd(bytes, ' ')
    expect((await rpc(openApi(), filled(1024 * 1024))).status).toBe(200)
    expect(await rpc(openApi(), filled(1024 * 1024 + 1))).toMatchObject({
      status: 413,
      json: { id: null, error: { code: -32_600, data: { code: 'BODY_TOO_LARGE' } } },
    })
  })

  test('a web page of another site is refused before anything is read', async () => {
    const opened = openApi()
    const answer = await rpc(opened, callOf('egregore_publish', { content: 1 }), { origin: 'http://evil.example' })
    expect(answer.status).toBe(403)
    expect(opened.log.counts().messages).toBe(0)
  })

  test('without MCP there is nothing', async () => {
    expect((await rpc(openApi({ mcp: false }), PING)).json.error.code).toBe('NOT_FOUND')
  })
})

describe('a batch', () => {
  test('is answered in order, and what is no request in it not at all', async () => {
    const { status, json } = await rpc(openApi(), [
      callOf('egregore_identity', {}, 'a'),
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'a' } },
      { jsonrpc: '2.0', id: 'b', method: 'nothing' },
      PING,
      PING,
    ])
    expect(status).toBe(200)
    expect(json.map(({ id }: { id: unknown }) => id)).toEqual(['a', 'b', 1, 1])
  })

  test('of one message is answered by a list of one, and of notifications by nothing', async () => {
    expect((await rpc(openApi(), [PING])).json).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }])
    expect((await rpc(openApi(), [{ jsonrpc: '2.0', method: 'notifications/initialized' }])).status).toBe(202)
  })

  test('publishes in its order', async () => {
    const opened = openApi()
    const { json } = await rpc(
      opened,
      [1, 2, 3].map((content) => callOf('egregore_publish', { content }, content)),
    )
    const sequences = json.map(
      ({ result }: { result: { structuredContent: { sequence: number } } }) => result.structuredContent.sequence,
    )
    expect(sequences).toEqual([1, 2, 3])
  })

  test('of 50 messages is answered; without any, or of one more, it is refused', async () => {
    expect((await rpc(openApi(), Array(50).fill(PING))).json).toHaveLength(50)
    for (const batch of [[], Array(51).fill(PING)]) {
      expect(await rpc(openApi(), batch)).toMatchObject({ status: 400, json: { error: { code: -32_600 } } })
    }
  })

  test('with a message in it that is none is refused whole, and nothing of it is done', async () => {
    const opened = openApi()
    const { json } = await rpc(opened, [callOf('egregore_publish', { content: 1 }), 17])
    expect(json).toMatchObject({ id: null, error: { code: -32_600 } })
    expect(opened.log.counts().messages).toBe(0)
  })
})

describe('the name of the client', () => {
  test('of the older era travels in the session id', async () => {
    const opened = openApi()
    const { headers } = await rpc(opened, INITIALIZE)
    const session = headers.get('mcp-session-id') ?? ''
    const { json } = await rpc(opened, callOf('egregore_publish', { content: { text: 'x' } }), {
      'mcp-session-id': session,
    })
    expect(json.result.structuredContent.content).toEqual({ text: 'x', agent: 'curl' })
  })

  test.each(['', ' \u202e ', '\u0007'])('that has no visible character is no name: %j', async (name) => {
    const { params } = INITIALIZE
    const { headers } = await rpc(openApi(), {
      ...INITIALIZE,
      params: { ...params, clientInfo: { name, version: '1' } },
    })
    expect(headers.get('mcp-session-id')).toBeNull()
  })

  test.each(['agent-', 'agent-!!', `agent-${'A'.repeat(600)}`, 'agent-gICA', 'x'])(
    'a session id that holds none is ignored: %s',
    async (session) => {
      const { json } = await rpc(openApi(), callOf('egregore_publish', { content: {} }), { 'mcp-session-id': session })
      expect(Object.keys(json.result.structuredContent.content)).toEqual(session === 'agent-gICA' ? ['agent'] : [])
    },
  )
})
