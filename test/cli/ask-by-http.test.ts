import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { askByHttp } from '../../src/cli/ask-by-http.ts'
import { EgregoreClient } from '../../src/client/index.ts'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A client of something that answers so. */
async function clientOf(listener: RequestListener, timeoutMs?: number) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  onTestFinished(close)
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new EgregoreClient({ url, token: 'secret', ask: askByHttp, ...(timeoutMs && { timeoutMs }) })
  return { client, close }
}

test('a call has its verb, headers and body, and its answer is read whole', async () => {
  const { client } = await clientOf(({ method, url, headers }, response) => {
    const asked = { method, url, type: headers['content-type'], token: headers.authorization }
    response.end(JSON.stringify({ success: true, data: asked }))
  })
  const { data } = await client.post('/v1/publish', { body: { content: 1 } })
  expect(data).toEqual({
    method: 'POST',
    url: '/v1/publish',
    type: 'application/json',
    token: 'Bearer secret',
  })
})

test('a body arrives as it was given', async () => {
  const { client } = await clientOf(async (request, response) => {
    response.end(JSON.stringify({ success: true, data: await text(request) }))
  })
  expect((await client.post('/v1/publish', { json: '{"content":1.0, "é":"🙂"}' })).data).toBe(
    '{"content":1.0, "é":"🙂"}',
  )
})

test('silence before and within an answer, an answer that breaks off, and nobody there have the codes that fetch gives them', async () => {
  const { client: silent } = await clientOf(() => {}, 20)
  await expect(silent.get('/v1/status')).rejects.toMatchObject({ code: 'NODE_TIMED_OUT' })
  const { client: slow } = await clientOf((_, response) => void response.write('{'), 20)
  await expect(slow.get('/v1/status')).rejects.toMatchObject({ code: 'NODE_TIMED_OUT' })
  const { client: broken, close } = await clientOf((_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy())
  })
  await expect(broken.get('/v1/status')).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' })
  close()
  await expect(broken.get('/v1/status')).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' })
})

test('a call ends when its signal aborts', async () => {
  const { client } = await clientOf(() => {})
  const aborting = new AbortController()
  const call = client.get('/v1/status', { signal: aborting.signal })
  aborting.abort()
  await expect(call).rejects.toMatchObject({ name: 'AbortError' })
})
