import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { EventReader } from '../support/event-reader.ts'
import { runVerb, spawnVerb, startNode } from '../support/node-process.ts'
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
  const first = await startNode({ flags: ['--offline'] })
  const reader = await listen(first)
  const told = await first.publish('told')
  expect((await reader.next())?.data.hash).toBe(told)
  // Nobody listens when this one comes.
  await reader.close()
  const missed = [await first.publish('missed'), await first.publish('missed too')]
  await first.stop()

  const second = await startNode({ dataDir: first.dataDir, flags: ['--offline'] })
  const again = await listen(second, reader.lastEventId)
  const fresh = await second.publish('fresh')
  expect((await again.take(3)).map(({ data }) => data.hash)).toEqual([...missed, fresh])
})

test('a stream ends in order when the node stops, and holds it up no moment', async () => {
  const node = await startNode({ flags: ['--offline'] })
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

/** A verb that runs until it is ended, and its lines. */
function running(args: readonly string[]): AsyncIterator<string> {
  const child = spawnVerb(args)
  onTestFinished(() => void child.kill('SIGKILL'))
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]()
}

async function nextLine(lines: AsyncIterator<string>): Promise<string> {
  return (await lines.next()).value
}

test('egregore events prints what comes, also across a restart, and resumes behind an id', async () => {
  const first = await startNode({ flags: ['--offline'] })
  const port = new URL(first.api).port
  const told = await first.publish('told')
  const { data } = await first.get<{ store: string }>('/v1/status')
  const on = ['--json', '--data-dir', first.dataDir]
  const lines = running(['events', ...on, '--after', `${data.store}-0`])
  expect(JSON.parse(await nextLine(lines))).toMatchObject({
    type: 'message',
    id: `${data.store}-1`,
    data: { hash: told },
  })
  await first.stop()
  const second = await startNode({ dataDir: first.dataDir, flags: ['--offline', '--port', port] })
  const fresh = await second.publish('fresh')
  expect(JSON.parse(await nextLine(lines))).toMatchObject({ id: `${data.store}-2`, data: { hash: fresh } })
})

test('egregore feed -f prints the latest and goes on, each message once', async () => {
  const node = await startNode({ flags: ['--offline'] })
  await node.publish('before one')
  await node.publish('before two')
  const lines = running(['feed', '-f', '--all', '--data-dir', node.dataDir])
  expect(await nextLine(lines)).toContain('before one')
  expect(await nextLine(lines)).toContain('before two')
  await node.publish('after')
  expect(await nextLine(lines)).toContain('after')
})

test('egregore events refuses a wrong id, and ends when nobody reads', async () => {
  const node = await startNode({ flags: ['--offline'] })
  const refused = await runVerb(['events', '--after', 'x', '--json', '--data-dir', node.dataDir])
  expect(refused.exitCode).toBe(1)
  expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'INVALID_EVENT_ID' } })

  const child = spawnVerb([
    'events',
    '--after',
    `${(await node.get<{ store: string }>('/v1/status')).data.store}-0`,
    '--data-dir',
    node.dataDir,
  ])
  onTestFinished(() => void child.kill('SIGKILL'))
  await node.publish('one')
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const exited = once(child, 'exit')
  await node.publish('two')
  await node.publish('three')
  expect(await exited).toEqual([0, null])
})
