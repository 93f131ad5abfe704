import { cpSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importFeed } from '../support/import-feed.ts'
import { eventually, runVerb, startNode } from '../support/node-process.ts'
import { shared, temporaryDirectory } from '../support/temporary.ts'
import type { AnsweredMessage } from '../support/node-process.ts'

interface Status {
  following: { heads: number; messages: number }
  gossip?: { accepted: number }
  message_count: number
  forks: unknown[]
  peer_count: number
}

interface Peer {
  address: string
  state: string
  last_error?: string
}

/** Two that are connected, for all to which it is the same what else they hold. */
const pair = shared(async (until) => {
  const a = await startNode({ until })
  return { a, b: await startNode({ until, flags: ['--peer', a.address] }) }
})

/** Three, each of which knows only its neighbours. */
const line = shared(async (until) => {
  const a = await startNode({ until })
  const b = await startNode({ until, flags: ['--peer', a.address] })
  return { a, b, c: await startNode({ until, flags: ['--peer', b.address] }) }
})

test('an insight published on one node is read on another, with the bytes that were signed', async () => {
  const { a, b } = pair()
  const hash = await a.publish('API Pattern')
  await b.waitFor(hash)
  const signed = ({ local: _, ...message }: AnsweredMessage & { local?: unknown }) => message
  // A list is answered without what it would have to wait for too long.
  await eventually(async () => {
    const here = await a.get(`/v1/feed/${encodeURIComponent(a.author)}`)
    const there = await b.get('/v1/feed')
    expect(there.data.map(signed)).toEqual(here.data.map(signed))
    expect(there.data[0]?.content.title).toBe('API Pattern')
  })
})

test('a peer that is added gives what it published before; one that is removed is hung up on and not dialled again', async () => {
  const a = await startNode()
  const hashes = await Promise.all(['one', 'two', 'three'].map((title) => a.publish(title)))
  const b = await startNode()
  await b.post('/v1/peers', { address: a.address })
  for (const hash of hashes) await b.waitFor(hash)
  await eventually(async () => expect((await b.get<Status>('/v1/status')).data.peer_count).toBe(1))
  const response = await fetch(`${b.api}/v1/peers/${encodeURIComponent(a.address)}`, { method: 'DELETE' })
  expect(response.status).toBe(204)
  await eventually(async () => expect((await b.get<Status>('/v1/status')).data.peer_count).toBe(0))
  expect((await b.get<Peer[]>('/v1/peers')).data).toEqual([])
})

test('messages flow in both directions over one connection', async () => {
  const { a, b } = pair()
  const fromB = await b.publish('from b')
  await a.waitFor(fromB)
  const fromA = await a.publish('from a')
  await b.waitFor(fromA)
})

test('a message is pushed along a line of three nodes', async () => {
  const { a, b, c } = line()
  const status = async (node: typeof a) => (await node.get<Status>('/v1/status')).data
  await eventually(async () => expect((await status(b)).following).toEqual({ heads: 2, messages: 0 }))
  await eventually(async () => expect((await status(c)).following).toEqual({ heads: 1, messages: 0 }))
  await c.waitFor(await a.publish('pushed'))
  for (const node of [b, c]) expect((await status(node)).gossip).toMatchObject({ accepted: 1 })
})

test('a message crosses a line of three nodes, in both directions', async () => {
  const { a, c } = line()
  await c.waitFor(await a.publish('down the line'))
  await a.waitFor(await c.publish('up the line'))
})

describe('restart', () => {
  test('of an author keeps identity and messages, and sync goes on; meanwhile others give a late joiner what was said', async () => {
    const a = await startNode()
    const b = await startNode({ flags: ['--peer', a.address] })
    const before = await a.publish('before the restart')
    await b.waitFor(before)
    expect(await a.stop()).toBe(0)
    const late = await startNode({ flags: ['--peer', b.address] })
    await late.waitFor(before)
    const again = await startNode({ dataDir: a.dataDir, flags: ['--gossip-port', String(a.gossipPort)] })
    expect(again.author).toBe(a.author)
    const after = await again.publish('after the restart')
    await b.waitFor(after)
    const { data } = await again.get(`/v1/feed/${encodeURIComponent(a.author)}`)
    expect(data.map(({ sequence }) => sequence)).toEqual([2, 1])
  })

  test('of a receiving node dials the peer that was added by the API, and asks only for what is new', async () => {
    const a = await startNode()
    const b = await startNode()
    await b.post('/v1/peers', { address: a.address })
    const before = await a.publish('before')
    await b.waitFor(before)
    await b.stop()
    const meanwhile = await a.publish('meanwhile')
    const again = await startNode({ dataDir: b.dataDir })
    expect(await again.holds(before)).toBe(true)
    await again.waitFor(meanwhile)
  })

  test('after kill -9 has every acknowledged message', async () => {
    const a = await startNode({ flags: ['--offline'] })
    const hashes = await Promise.all(Array.from({ length: 50 }, (_, index) => a.publish(`number ${index}`)))
    await a.stop('SIGKILL')
    const again = await startNode({ dataDir: a.dataDir, flags: ['--offline'] })
    for (const hash of hashes) expect(await again.holds(hash)).toBe(true)
    const { data } = await again.post('/v1/publish', { content: { type: 'message', text: 'next' } })
    expect(data.sequence).toBe(51)
  })
})

test('nodes with different network keys never exchange a message, and say why', async () => {
  const a = await startNode({ flags: ['--network-key', 'ours'] })
  const b = await startNode({ flags: ['--network-key', 'theirs', '--peer', a.address] })
  await a.publish('not for b')
  const error = await eventually(async () => {
    const { data } = await b.get<Peer[]>('/v1/peers')
    expect(data[0]?.last_error).toBeTypeOf('string')
    return data[0]?.last_error
  })
  expect(error).toMatch(/network key/)
  expect((await b.get<Status>('/v1/status')).data).toMatchObject({ message_count: 0, peer_count: 0 })
})

test('a node without network publishes, reads and searches', async () => {
  const node = await startNode({ flags: ['--offline'] })
  const hash = await node.publish('alone')
  expect(await node.holds(hash)).toBe(true)
  const { data } = await node.get('/v1/insights/search?q=alone')
  expect(data.map((message) => message.hash)).toEqual([hash])
})

test('a node without push fetches what is new in its next round', async () => {
  const a = await startNode()
  const b = await startNode({ flags: ['--peer', a.address, '--no-push', '--gossip-interval-secs', '1'] })
  const hash = await a.publish('asked for')
  await b.waitFor(hash)
  expect((await b.get<Status>('/v1/status')).data).not.toHaveProperty('gossip')
})

test('the API answers while a large sync runs', async () => {
  const a = await startNode()
  const messages = 3_000
  await importFeed(a, messages)
  const b = await startNode()
  await b.post('/v1/peers', { address: a.address })
  const counts = new Set<number>()
  while (!counts.has(messages)) {
    const { data } = await b.get<Status>('/v1/status')
    expect((await b.get('/v1/feed?limit=5')).success).toBe(true)
    counts.add(data.message_count)
  }
  // It answered with the sync half done, not only before and after.
  expect([...counts].some((count) => count > 0 && count < messages)).toBe(true)
})

test('an author who runs in two places is found out by nodes that hear one of them each, and speak to each other', async () => {
  const original = await startNode({ flags: ['--offline'] })
  await original.publish('said before the copy')
  await original.stop()
  const copyDir = temporaryDirectory()
  cpSync(original.dataDir, copyDir, { recursive: true })
  const one = await startNode({ dataDir: original.dataDir })
  const other = await startNode({ dataDir: copyDir })
  const branches = [await one.publish('left'), await other.publish('right')]
  const first = await startNode({ flags: ['--peer', one.address] })
  const second = await startNode({ flags: ['--peer', other.address, '--peer', first.address] })
  for (const node of [first, second]) {
    await eventually(async () => {
      const { data } = await node.get<Status>('/v1/status')
      expect(data.forks).toEqual([{ author: original.author, sequence: 2 }])
    })
    for (const hash of branches) await node.waitFor(hash)
    await eventually(async () => {
      const { data } = await node.get('/v1/feed')
      expect(data.map(({ sequence }) => sequence)).toEqual([1])
    })
  }
  // Both who run it are told, and neither publishes any more.
  for (const node of [one, other]) {
    await eventually(async () => {
      const { data } = await node.get<{ health: { reasons: string[] } }>('/v1/status')
      expect(data.health.reasons.join(' ')).toContain('Our own feed is forked at sequence 2')
    })
    expect(await node.post('/v1/publish', { content: 1 })).toMatchObject({ status: 409, error: { code: 'LOG_FORKED' } })
    const { stdout } = await runVerb(['logs', '--level', 'error', '--data-dir', node.dataDir])
    expect(stdout).toContain('this identity runs in another place too')
  }
})

test('a message whose predecessor has expired arrives with a gap, and is listed', async () => {
  const a = await startNode()
  await a.publish('first')
  const soon = new Date(Date.now() + 1_500).toISOString()
  const expiring = await a.post('/v1/publish', { content: { type: 'message', text: 'short-lived' }, expires_at: soon })
  const last = await a.publish('third')
  await eventually(async () => expect(await a.holds(expiring.data.hash)).toBe(false))
  const b = await startNode({ flags: ['--peer', a.address] })
  await b.waitFor(last)
  const { data } = await b.get<(AnsweredMessage & { local: { link: string } })[]>('/v1/feed')
  expect(data.map(({ sequence, local }) => [sequence, local.link])).toEqual([
    [3, 'gapped'],
    [1, 'linked'],
  ])
})
