import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EgregoreClient, EgregoreError } from '../../src/client/index.ts'
import { identityOf } from '../support/open-log.ts'
import { serve } from './serve.ts'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

describe('calls', () => {
  test('a message is published, listed and found with the types of its routes', async () => {
    const { client, log } = await serve()
    const { data, metadata } = await client.post('/v1/publish', {
      body: { content: { type: 'insight', title: 'limits', observation: 'they hold' }, tags: ['api'] },
    })
    expect(data).toMatchObject({ author: log.author, sequence: 1, tags: ['api'], local: { link: 'linked' } })
    expect(metadata).toEqual({})
    const listed = await client.get('/v1/feed', { query: { include_self: true, tag: 'api', limit: 1 } })
    expect(listed).toMatchObject({ data: [{ hash: data.hash }], metadata: { total: 1, limit: 1 } })
    const found = await client.get('/v1/message/{hash}', { params: { hash: data.hash } })
    expect(found.data).toMatchObject(data)
  })

  test('JSON text is sent as it is', async () => {
    const { client, log } = await serve()
    const { data } = await client.post('/v1/publish', { json: '{"content":{"n":1.0}}' })
    expect((await log.message(data.hash))?.text).toContain('"n":1.0')
  })

  test('parameters are written into the path, whatever they hold, and DELETE answers nothing', async () => {
    const { client, log } = await serve()
    const { author } = identityOf(2)
    await client.post('/v1/follows/{author}', { params: { author } })
    expect(log.selection.follows).toEqual([author])
    expect(await client.delete('/v1/follows/{author}', { params: { author } })).toBeUndefined()
    expect(log.selection.follows).toEqual([])
  })

  test('headers are sent under their names', async () => {
    const { client } = await serve()
    const input = { headers: { 'Idempotency-Key': 'once' }, body: { content: 1 } }
    const first = await client.post('/v1/publish', input)
    expect((await client.post('/v1/publish', input)).data.hash).toBe(first.data.hash)
  })

  test('the token is shown', async () => {
    const auth = { mode: 'token', token: 'a-token-of-this-test' } as const
    const { client, url } = await serve({ auth, token: auth.token })
    expect((await client.get('/v1/status')).data.auth).toBe('token')
    await expect(new EgregoreClient({ url }).get('/v1/status')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      status: 401,
    })
  })
})

describe('errors', () => {
  test('a refusal has the code, status, words and details of the node', async () => {
    const { client } = await serve()
    const refused = client.post('/v1/publish', { json: '{}' })
    await expect(refused).rejects.toBeInstanceOf(EgregoreError)
    await expect(refused).rejects.toMatchObject({
      code: 'INVALID_BODY',
      status: 422,
      message: expect.stringContaining('content'),
      details: [{ field: 'content' }],
    })
  })

  test('health that is bad is a refusal with its reasons', async () => {
    const { client, log } = await serve()
    await log.close()
    await expect(client.post('/v1/publish', { body: { content: 1 } })).rejects.toMatchObject({
      code: 'LOG_CLOSED',
      status: 503,
    })
  })

  /** Something that is no node. */
  async function other(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  test.each(['hello', '{}', '[]', 'null', '{"success":false}', '{"success":"true"}'])(
    '%s is no answer',
    async (text) => {
      const url = await other((_, response) => response.end(text))
      await expect(new EgregoreClient({ url }).get('/v1/status')).rejects.toMatchObject({ code: 'NODE_UNINTELLIGIBLE' })
    },
  )

  test('silence, and nobody there, have codes of their own', async () => {
    const url = await other(() => {})
    const silent = new EgregoreClient({ url, timeoutMs: 20 }).get('/v1/status')
    await expect(silent).rejects.toMatchObject({ code: 'NODE_TIMED_OUT', status: undefined })
    const { url: gone, stop } = await serve()
    await stop()
    await expect(new EgregoreClient({ url: gone }).get('/v1/status')).rejects.toMatchObject({
      code: 'NODE_UNREACHABLE',
    })
  })

  test('an answer that breaks off is nobody there', async () => {
    const url = await other((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"success":', () => response.destroy())
    })
    await expect(new EgregoreClient({ url }).get('/v1/status')).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' })
  })

  test('a call ends when its signal aborts', async () => {
    const url = await other(() => {})
    const aborting = new AbortController()
    const call = new EgregoreClient({ url }).get('/v1/status', { signal: aborting.signal })
    aborting.abort()
    await expect(call).rejects.toMatchObject({ name: 'AbortError' })
  })
})
