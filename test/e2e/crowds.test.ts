import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventually, startNode } from '../support/node-process.ts'
import type { Socket } from 'node:net'
import type { NodeProcess } from '../support/node-process.ts'

/** Each says one thing and waits. */
async function crowd(node: NodeProcess, size: number, text: string): Promise<Crowd> {
  const received = new Map<Socket, string>()
  for (let count = 0; count < size; count++) {
    const socket = connect(Number(new URL(node.api).port), '127.0.0.1')
    socket.on('error', () => {})
    socket
      .setEncoding('utf8')
      .on('data', (answer: string) => received.set(socket, (received.get(socket) ?? '') + answer))
    received.set(socket, '')
    await once(socket, 'connect')
    socket.write(text)
  }
  onTestFinished(() => {
    for (const socket of received.keys()) socket.destroy()
  })
  return { answers: () => [...received.values()] }
}

interface Crowd {
  answers(): string[]
}

describe('while a thousand callers crowd the API, others are answered', () => {
  test.each([
    ['say nothing', ''],
    ['send headers that do not end', 'GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX: '],
    [
      'send bodies that do not end',
      'POST /v1/publish HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    ],
    ['name an evil Host', 'GET /v1/events HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    ['come from an evil Origin', 'GET /v1/events HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n'],
  ])('who %s', async (_, text) => {
    const node = await startNode({ flags: ['--offline'] })
    await crowd(node, 1_000, text)
    const hash = await node.publish('in the crowd')
    expect(await node.holds(hash)).toBe(true)
    expect(await node.stop()).toBe(0)
  })

  test('who listen to events: sixty-four are told, the others are refused', async () => {
    const node = await startNode({ flags: ['--offline'] })
    const { answers } = await crowd(node, 1_000, 'GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const hash = await node.publish('to the crowd')
    await eventually(() => expect(answers().filter((text) => text.includes(hash))).toHaveLength(64))
    expect(answers().filter((text) => text.includes('TOO_MANY_STREAMS')).length).toBeGreaterThan(0)
    expect(await node.stop()).toBe(0)
    expect(answers().filter((text) => text.endsWith('0\r\n\r\n'))).toHaveLength(64)
  })
})

test('a client that takes nothing is dropped, and neither the node nor other clients notice', async () => {
  const node = await startNode({ flags: ['--offline'] })
  const request = 'GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const socket = connect(Number(new URL(node.api).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(request)
  socket.pause()
  const { answers } = await crowd(node, 1, request)
  await eventually(() => expect(answers()[0]).toContain('retry: 2000'))
  // More than the system's own buffers take in its stead.
  const content = { type: 'large', text: 'x'.repeat(60_000) }
  const hashes: string[] = []
  for (let count = 0; count < 300; count++) hashes.push((await node.post('/v1/publish', { content })).data.hash)
  await eventually(() => expect(answers()[0]).toContain(hashes.at(-1)))
  await eventually(() => {
    socket.write('\r\n')
    expect(socket.closed).toBe(true)
  })
  expect((await node.get('/v1/status')).success).toBe(true)
})
