import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { webhookCall } from '../../src/hooks/webhook.ts'
import { openLog, TEST_NOW } from '../support/open-log.ts'
import { closedUrl, openReceiver } from '../support/receiver.ts'
import type { ServerResponse } from 'node:http'
import type { Outcome } from '../../src/hooks/attempt.ts'

const CONTEXT = { version: '1.2.3', clock: () => TEST_NOW }

interface PostInit {
  secret?: string
  timeoutMs?: number
  signal?: AbortSignal
  traceId?: string
}

async function post(url: string, { secret, timeoutMs = 30_000, signal, traceId }: PostInit = {}): Promise<Outcome> {
  const entry = await openLog().log.publish({ content: 'ä', ...(traceId !== undefined && { traceId }) })
  const call = webhookCall({ kind: 'webhook', url, secret }, { timeoutMs }, CONTEXT)
  return call({ entry, text: '{"content":"ä"}', attempt: 1 }, signal ?? new AbortController().signal)
}

test('a message is posted with its hash as idempotency key', async () => {
  const receiver = await openReceiver()
  expect(await post(`${receiver.url}/path?token=1`, { traceId: 'trace-1' })).toEqual({ kind: 'delivered' })
  const [request] = receiver.received
  expect(request).toMatchObject({ method: 'POST', path: '/path?token=1', body: '{"content":"ä"}' })
  expect(request?.headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': '16',
    'user-agent': 'egregore/1.2.3',
    'idempotency-key': expect.stringMatching(/^[0-9a-f]{64}$/),
    'webhook-id': request?.headers['idempotency-key'],
    'webhook-timestamp': String(TEST_NOW / 1000),
    'egregore-attempt': '1',
    'x-trace-id': 'trace-1',
  })
  expect(request?.headers).not.toHaveProperty('webhook-signature')
})

test.each([
  ['a text', 'a secret', Buffer.from('a secret')],
  ['a secret of the standard', 'whsec_AAECAwQFBgc=', Buffer.from([0, 1, 2, 3, 4, 5, 6, 7])],
])('a request is signed with %s', async (_, secret, key) => {
  const receiver = await openReceiver()
  await post(receiver.url, { secret })
  const { headers, body } = receiver.received[0] ?? expect.fail()
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const code = createHmac('sha256', key).update(signed).digest('base64')
  expect(headers['webhook-signature']).toBe(`v1,${code}`)
})

test('a trace id that is no header is left out', async () => {
  const receiver = await openReceiver()
  await post(receiver.url, { traceId: 'a\r\nx-evil: 1' })
  expect(receiver.received[0]?.headers).not.toHaveProperty('x-trace-id')
  expect(receiver.received[0]?.headers).not.toHaveProperty('x-evil')
})

test('a redirect is not followed', async () => {
  const elsewhere = await openReceiver()
  const receiver = await openReceiver((response) => response.writeHead(307, { location: elsewhere.url }).end())
  const outcome = await post(receiver.url)
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'It answered 307; redirects are not followed.' })
  expect(elsewhere.received).toEqual([])
})

const inSeconds = (seconds: number): string => new Date(TEST_NOW + seconds * 1000).toUTCString()

test.each([
  [429, '7', 7_000],
  [503, inSeconds(60), 60_000],
  [429, inSeconds(-60), undefined],
  [503, 'soon', undefined],
  [500, '7', undefined],
])('an answer of %i with Retry-After %s asks for %j ms', async (status, header, retryAfterMs) => {
  const receiver = await openReceiver((response) => response.writeHead(status, { 'retry-after': header }).end('why'))
  const failure = { kind: 'failed', reason: `It answered ${status}.`, output: 'why', retryAfterMs }
  expect(await post(receiver.url)).toEqual(failure)
})

test('an answer that never ends is read to a limit, and its status stands', async () => {
  const flood = (response: ServerResponse): void => {
    response.writeHead(200)
    const write = (): void => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
      response.once('drain', write)
    }
    write()
  }
  const receiver = await openReceiver(flood)
  expect(await post(receiver.url)).toEqual({ kind: 'delivered' })
})

test('an answer that trickles counts by its status when its time is over', async () => {
  const receiver = await openReceiver((response) => response.writeHead(500).write('because'))
  expect(await post(receiver.url, { timeoutMs: 300 })).toMatchObject({ reason: 'It answered 500.', output: 'because' })
})

test('a receiver that does not answer in time has failed', async () => {
  const receiver = await openReceiver(() => {})
  const outcome = await post(receiver.url, { timeoutMs: 300 })
  expect(outcome).toEqual({ kind: 'failed', reason: 'It did not answer within 0.3 s.', output: '' })
})

test('a receiver that is not there, or hangs up, has failed', async () => {
  const receiver = await openReceiver((response) => response.destroy())
  expect(await post(receiver.url)).toMatchObject({ reason: 'It could not be reached (ECONNRESET).' })
  expect(await post(await closedUrl())).toMatchObject({ reason: 'It could not be reached (ECONNREFUSED).' })
})

test('a request of a node that stops counts as never made', async () => {
  const stop = new AbortController()
  const receiver = await openReceiver(() => stop.abort())
  expect(await post(receiver.url, { signal: stop.signal })).toEqual({ kind: 'interrupted' })
})
