import { multiaddrConnectionPair } from '@libp2p/utils'
import { expect, test, vi } from 'vitest'
import { sparingYamux } from '../../src/network/muxer.ts'
import { eventually } from '../support/eventually.ts'
import type { MultiaddrConnection, Stream, StreamMuxer } from '@libp2p/interface'

interface Ends {
  /** What carries the receiving side. */
  inbound: MultiaddrConnection
  /** A stream from the one to the other, opened on both sides. */
  from: Stream
  to: Stream
  /** Packets that the receiving side has sent. */
  answered: () => number
}

async function ends(): Promise<Ends> {
  const [outbound, inbound] = multiaddrConnectionPair()
  const [here, there]: StreamMuxer[] = [outbound, inbound].map((connection) =>
    sparingYamux({})().createStreamMuxer(connection),
  )
  const opened = new Promise<Stream>((resolve) => there?.addEventListener('stream', ({ detail }) => resolve(detail)))
  let answered = 0
  outbound.addEventListener('message', () => answered++)
  const from = await here?.createStream()
  if (from === undefined) throw new Error('No stream was opened.')
  return { inbound, from, to: await opened, answered: () => answered }
}

function countBytes(stream: Stream): () => number {
  let bytes = 0
  stream.addEventListener('message', ({ data }) => {
    bytes += data.byteLength
  })
  return () => bytes
}

test('many small messages in one turn are answered once, not one by one', async () => {
  const { from, to, answered } = await ends()
  const received = countBytes(to)
  const before = answered()
  for (let count = 0; count < 1_000; count++) from.send(Uint8Array.of(1))
  await eventually(() => expect(received()).toBe(1_000))
  await new Promise(setImmediate)
  expect(answered() - before).toBeGreaterThan(0)
  expect(answered() - before).toBeLessThan(50)
})

test('many times what a window holds comes through', async () => {
  const { from, to } = await ends()
  const received = countBytes(to)
  const chunk = new Uint8Array(64 * 1024)
  for (let count = 0; count < 128; count++) {
    if (!from.send(chunk)) await from.onDrain()
  }
  await eventually(() => expect(received()).toBe(128 * chunk.length))
})

test('a stream that has ended is told nothing more', async () => {
  const { from, to, answered } = await ends()
  from.send(Uint8Array.of(1))
  to.abort(new Error('enough'))
  await new Promise(setImmediate)
  const before = answered()
  await new Promise(setImmediate)
  expect(answered()).toBe(before)
})

test('a connection that closes before its streams were told ends no process', async () => {
  const { inbound, from, to } = await ends()
  const received = countBytes(to)
  from.send(Uint8Array.of(1))
  await eventually(() => expect(received()).toBe(1))
  await new Promise(setImmediate)
  const uncaught = vi.fn()
  process.once('uncaughtException', uncaught)
  const closing = new Promise<void>((resolve) =>
    to.addEventListener('message', () => {
      void inbound.close().catch(() => {})
      resolve()
    }),
  )
  from.send(Uint8Array.of(1))
  await closing
  for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate)
  process.removeListener('uncaughtException', uncaught)
  expect(uncaught).not.toHaveBeenCalled()
})
