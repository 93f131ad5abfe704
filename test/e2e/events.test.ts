import { expect, onTestFinished, test } from 'vitest'
import { EventReader } from '../support/event-reader.ts'
import { startNode } from '../support/node-process.ts'
import type { NodeProcess } from '../support/node-process.ts'

async function listen(node: NodeProcess, lastEventId?: string): Promise<EventReader> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
  const { body } = await fetch(`${node.api}/v1/events`, { headers })
  const reader = new EventReader(body as ReadableStream<Uint8Array>)
  onTestFinished(() => reader.close().catch(() => {}))
  await reader.piece()
  return reader
}

test('a client that comes back after a restart is told of everything once', async () => {
  const first = await startNode()
  const reader = await listen(first)
  const told = await first.publish('told')
  expect((await reader.next())?.data.hash).toBe(told)
  // Nobody listens when this one comes.
  await reader.close()
  const missed = [await first.publish('missed'), await first.publish('missed too')]
  await first.stop()

  const second = await startNode({ dataDir: first.dataDir })
  const again = await listen(second, reader.lastEventId)
  const fresh = await second.publish('fresh')
  expect((await again.take(3)).map(({ data }) => data.hash)).toEqual([...missed, fresh])
})

test('a stream ends in order when the node stops, and holds it up no moment', async () => {
  const node = await startNode()
  const reader = await listen(node)
  const hash = await node.publish('last')
  const exitCode = node.stop()
  expect((await reader.next())?.data.hash).toBe(hash)
  expect(await reader.next()).toBeUndefined()
  expect(await exitCode).toBe(0)
})

test('what a peer publishes is told of on this node', async () => {
  const a = await startNode()
  const b = await startNode({ flags: ['--peer', a.address] })
  const reader = await listen(b)
  const hash = await a.publish('from afar')
  expect((await reader.next())?.data).toMatchObject({ hash, author: a.author })
})
