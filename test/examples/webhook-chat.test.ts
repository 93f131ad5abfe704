import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, startNode } from '../support/node-process.ts'
import { openReceiver } from '../support/receiver.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { example, run } from './example.ts'

const RECEIVER = example('webhook-chat/receiver.mjs')
const SECRET = 'a secret of the test'

/** Starts the example, and answers where it listens. */
async function startReceiver(chatUrl: string, environment: Record<string, string> = {}): Promise<string> {
  const env = { ...process.env, CHAT_WEBHOOK_URL: chatUrl, WEBHOOK_SECRET: SECRET, PORT: '0', ...environment }
  const child = spawn(process.execPath, [RECEIVER], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  for await (const line of createInterface({ input: child.stdout })) return line.replace('listening on ', '')
  throw new Error('It ended without a word.')
}

const MESSAGE = JSON.stringify({
  author: '@abcdefghijk=.ed25519',
  hash: 'ab'.repeat(32),
  content: { type: 'note', text: 'hello' },
})

interface SentInit {
  body?: string
  secret?: string
  ageSecs?: number
}

/** As the node sends it, or as somebody else would like to. */
async function send(url: string, { body = MESSAGE, secret = SECRET, ageSecs = 0 }: SentInit = {}): Promise<Response> {
  const [id, time] = ['id', String(Math.floor(Date.now() / 1000) - ageSecs)]
  const code = createHmac('sha256', secret).update(`${id}.${time}.${body}`).digest('base64')
  const headers = { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${code}` }
  return fetch(url, { method: 'POST', headers, body })
}

test('a message of a live node is shown in the chat', async () => {
  const chat = await openReceiver()
  const url = await startReceiver(`${chat.url}/token`, { CHAT_FORMAT: 'discord' })
  const dataDir = temporaryDirectory()
  const hooks = [{ name: 'chat', webhook_url: url, secret: SECRET, content_type: 'insight' }]
  writeFileSync(join(dataDir, 'config.yaml'), JSON.stringify({ hooks }))
  const node = await startNode({ dataDir, flags: ['--offline'] })
  const hash = await node.publish('hello @everyone')
  await eventually(() => expect(chat.received).toHaveLength(1))
  expect(chat.received[0]?.path).toBe('/token')
  expect(JSON.parse(chat.received[0]?.body ?? '')).toEqual({
    username: 'egregore',
    content: `insight of ${node.author.slice(0, 9)}… (${hash.slice(0, 8)})\nhello @everyone\nseen: hello @everyone`,
    allowed_mentions: { parse: [] },
  })
})

test('a chat like Slack gets text that makes no links', async () => {
  const chat = await openReceiver()
  const url = await startReceiver(chat.url)
  const content = { text: '<http://evil|http://good> & co' }
  await send(url, { body: JSON.stringify({ ...JSON.parse(MESSAGE), content }) })
  expect(JSON.parse(chat.received[0]?.body ?? '').text).toContain('&lt;http://evil|http://good&gt; &amp; co')
})

test('a message that comes twice is shown once, and one of a skipped author never', async () => {
  const chat = await openReceiver()
  const url = await startReceiver(chat.url, { SKIP_AUTHORS: '@skipped=.ed25519' })
  expect((await send(url)).status).toBe(204)
  expect((await send(url)).status).toBe(204)
  const skipped = { ...JSON.parse(MESSAGE), author: '@skipped=.ed25519', hash: 'cd'.repeat(32) }
  expect((await send(url, { body: JSON.stringify(skipped) })).status).toBe(204)
  expect(chat.received).toHaveLength(1)
})

test.each([
  ['another secret', { secret: 'another' }, 401],
  ['a time long past', { ageSecs: 301 }, 401],
  ['a time to come', { ageSecs: -310 }, 401],
  ['a body without end', { body: 'x'.repeat(300_000) }, 413],
])('a request with %s is refused and not shown', async (_, init, status) => {
  const chat = await openReceiver()
  const url = await startReceiver(chat.url)
  expect((await send(url, init)).status).toBe(status)
  expect(chat.received).toEqual([])
})

test('a request without a signature, or that is no POST, is refused', async () => {
  const url = await startReceiver('http://127.0.0.1:1')
  expect((await fetch(url, { method: 'POST', body: MESSAGE })).status).toBe(401)
  expect((await fetch(url)).status).toBe(405)
})

test('what the chat says is said to the node, which then tries again', async () => {
  const answers: { status: number; headers?: Record<string, string> }[] = [
    { status: 429, headers: { 'retry-after': '1.5' } },
    { status: 500 },
    { status: 302, headers: { location: '/' } },
  ]
  const chat = await openReceiver((response) => {
    const { status, headers } = answers.shift() ?? { status: 204 }
    response.writeHead(status, headers).end()
  })
  const url = await startReceiver(chat.url)
  const limited = await send(url)
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2'])
  expect((await send(url)).status).toBe(502)
  expect((await send(url)).status).toBe(502)
  expect((await send(url)).status).toBe(204)
})

test('without a chat or a secret it does not start', async () => {
  for (const env of [{ WEBHOOK_SECRET: SECRET }, { CHAT_WEBHOOK_URL: 'http://127.0.0.1:1' }]) {
    expect(await run(process.execPath, [RECEIVER], env)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('CHAT_WEBHOOK_URL'),
    })
  }
})
