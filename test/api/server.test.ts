import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { Hono } from 'hono'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import { failureResponse } from '../../src/api/answers.ts'
import { readJsonBody } from '../../src/api/body.ts'
import { failureFrom } from '../../src/api/errors.ts'
import { startServer } from '../../src/api/server.ts'
import { eventually } from '../support/eventually.ts'
import type { Socket } from 'node:net'
import type { ApiServer, ServerInit } from '../../src/api/server.ts'

const running: ApiServer[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
})

async function serve(init: Partial<ServerInit> = {}): Promise<ApiServer> {
  const server = await startServer({ app: new Hono().get('/', (c) => c.text('here')), port: 0, ...init })
  running.push(server)
  return server
}

/** Gives a JSON body back. */
const echo = new Hono()
  .get('/', (c) => c.text('here'))
  .post('/', async ({ req }) => Response.json(await readJsonBody(req)))
  .onError((error) => failureResponse(failureFrom(error)))

/** Sends bytes as they are and answers everything that comes back until the server hangs up. */
function sendRaw(port: number, ...parts: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part)
    })
    socket.setEncoding('utf8')
    socket.on('data', (text) => {
      received += text
    })
    // The server may cut a caller who is still sending: what it said before is what counts.
    socket.on('error', () => {})
    socket.on('close', () => resolve(received))
  })
}

function bodyOf(answer: string): { success: boolean; error: { code: string } } {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))
}

describe('listening', () => {
  test('picks a free port for 0 and says which', async () => {
    const { port } = await serve()
    expect(port).toBeGreaterThan(0)
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('here')
  })

  test('a port in use is refused with its number and what to do', async () => {
    const { port } = await serve()
    await expect(serve({ port })).rejects.toMatchObject({
      code: 'API_PORT_IN_USE',
      message: expect.stringMatching(new RegExp(`${port}.*--port`)),
      details: { port, host: '127.0.0.1' },
    })
  })

  test('an address that is not ours is refused', async () => {
    await expect(serve({ host: '192.0.2.1' })).rejects.toMatchObject({ code: 'API_LISTEN_FAILED' })
  })
})

describe('connections', () => {
  const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const LAST_REQUEST = REQUEST.replace('Host', 'Connection: close\r\nHost')

  async function opened(port: number, text: string): Promise<Socket> {
    const socket = connect(port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(text)
    return socket
  }

  test.each([
    ['nothing', ''],
    ['half of their headers', 'GET / HTTP/1.1\r\nX-Slow:'],
    ['half of a body', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{'],
  ])('those who say %s make place for who asks, the oldest first', async (_, text) => {
    const { port } = await serve({ app: echo, connectionsMax: 2 })
    const [oldest, newer] = [await opened(port, text), await opened(port, text)]
    // A connection is taken before what is said on one that came later.
    expect(await sendRaw(port, LAST_REQUEST)).toMatch(/here$/)
    if (!oldest.closed) await once(oldest, 'close')
    expect(newer.closed).toBe(false)
  })

  test('those who have had an answer wait behind those who never asked', async () => {
    const { port } = await serve({ connectionsMax: 2 })
    const answered = await opened(port, REQUEST)
    await once(answered, 'data')
    const silent = await opened(port, '')
    answered.write(REQUEST)
    await once(answered, 'data')
    expect(await sendRaw(port, LAST_REQUEST)).toMatch(/here$/)
    if (!silent.closed) await once(silent, 'close')
    expect(answered.closed).toBe(false)
  })

  test('beyond the limit a new one is closed unanswered while all others wait for answers', async () => {
    const answer = Promise.withResolvers<string>()
    const asked: (() => void)[] = []
    const app = new Hono().get('/', async (c) => {
      asked.shift()?.()
      return c.text(await answer.promise)
    })
    const { port } = await serve({ app, connectionsMax: 2 })
    for (const _ of [1, 2]) {
      const reached = new Promise<void>((resolve) => asked.push(resolve))
      await opened(port, REQUEST)
      await reached
    }
    expect(await sendRaw(port, LAST_REQUEST)).toBe('')
    answer.resolve('late')
  })

  test('who takes nothing of a long answer is hung up on, and who takes it slowly is not', async () => {
    const piece = 'x'.repeat(64 * 1024)
    let made = 0
    const endless = () =>
      new ReadableStream({
        pull: (controller) => {
          made++
          controller.enqueue(Buffer.from(piece))
        },
      })
    const app = new Hono().get('/', () => new Response(endless()))
    const { port } = await serve({ app, stalledMs: 200 })
    const stalled = await opened(port, REQUEST)
    stalled.pause()
    await eventually(async () => expect(await isSettled(() => made)).toBe(true))
    const slow = await opened(port, REQUEST)
    // It never reads: that the server has hung up shows on writing; empty lines before a request mean nothing.
    await eventually(() => {
      stalled.write('\r\n')
      slow.read(1_000_000)
      expect(stalled.closed || stalled.destroyed).toBe(true)
    })
    expect(slow.closed).toBe(false)
    expect(made).toBeLessThan(1_000)
  })
})

/** Whether a count stands still over some turns of the event loop. */
async function isSettled(count: () => number): Promise<boolean> {
  const before = count()
  for (let turn = 0; turn < 100; turn++) await setImmediate()
  return count() === before && before > 0
}

describe('what is no request', () => {
  test('garbage is answered in the envelope', async () => {
    const { port } = await serve()
    const answer = await sendRaw(port, 'hello there\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(bodyOf(answer)).toMatchObject({ success: false, error: { code: 'INVALID_REQUEST' } })
  })

  test('headers over 16 KiB are answered in the envelope', async () => {
    const { port } = await serve()
    const answer = await sendRaw(port, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(bodyOf(answer).error.code).toBe('HEADERS_TOO_LARGE')
  })

  test.each([
    ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a Host that cannot be one', 'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
    ['a target that is no path', 'GET nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ])('%s is answered in the envelope', async (_, request) => {
    const { port } = await serve()
    const answer = await sendRaw(port, request)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(bodyOf(answer).error.code).toBe('INVALID_REQUEST')
  })

  test('headers that never end are cut off in time', async () => {
    const { port } = await serve({ headersTimeoutMs: 50, requestTimeoutMs: 50 })
    const answer = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow:')
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(bodyOf(answer).error.code).toBe('REQUEST_TIMEOUT')
  })

  test('a body that never ends is cut off in time', async () => {
    const { port } = await serve({ app: echo, headersTimeoutMs: 50, requestTimeoutMs: 50 })
    const head = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n'
    expect(await sendRaw(port, head, '{"a":')).toMatch(/^HTTP\/1\.1 408 /)
  })
})

describe('bodies', () => {
  const HEAD = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n'

  test('a chunked body is read to its end', async () => {
    const { port } = await serve({ app: echo })
    const answer = await sendRaw(port, `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\n["a\r\n2\r\n"]\r\n0\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*\["a"\]/)
  })

  test('an expectation that nobody knows is no reason to refuse', async () => {
    const { port } = await serve({ app: echo })
    const answer = await sendRaw(port, `${HEAD}Expect: the-unexpected\r\nContent-Length: 5\r\n\r\n["a"]`)
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*\["a"\]/)
  })

  test('an announced length over 1 MiB is refused before the body is sent', async () => {
    const { port } = await serve({ app: echo })
    const answer = await sendRaw(port, `${HEAD}Content-Length: ${1024 * 1024 + 1}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(bodyOf(answer).error.code).toBe('BODY_TOO_LARGE')
  })

  test('an endless chunked body is refused at 1 MiB and its connection closed', async () => {
    const { port } = await serve({ app: echo })
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const answer = await sendRaw(port, `${HEAD}Transfer-Encoding: chunked\r\n\r\n`, ...Array<string>(17).fill(chunk))
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })
})

describe('stopping', () => {
  test('closes unused connections at once', async () => {
    const server = await serve({ stopWaitMs: 60_000 })
    const silent = sendRaw(server.port)
    const idle = sendRaw(server.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await fetch(`http://127.0.0.1:${server.port}/`)
    await server.stop()
    expect(await silent).toBe('')
    expect(await idle).toMatch(/here$/)
  })

  test('lets an answer in the making end, then hangs up', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<string>()
    const app = new Hono().get('/', async (c) => {
      asked.resolve()
      return c.text(await answer.promise)
    })
    const server = await serve({ app, stopWaitMs: 60_000 })
    const received = sendRaw(server.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await asked.promise
    const stopped = server.stop()
    answer.resolve('late')
    expect(await received).toMatch(/late$/)
    await stopped
  })

  test('cuts an answer that does not end', async () => {
    const asked = Promise.withResolvers<void>()
    const app = new Hono().get('/', () => {
      asked.resolve()
      return new Promise<Response>(() => {})
    })
    const server = await serve({ app, stopWaitMs: 20 })
    const received = sendRaw(server.port, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await asked.promise
    await server.stop()
    expect(await received).toBe('')
  })

  test('stops twice, and takes no callers afterwards', async () => {
    const server = await serve()
    await Promise.all([server.stop(), server.stop()])
    await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow()
  })
})
