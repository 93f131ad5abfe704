// A network changes its key, node by node, and stays one network for as long as somebody speaks both.

import { expect, test } from 'vitest'
import { eventually, runVerb, startNode } from '../support/node-process.ts'
import type { NodeProcess } from '../support/node-process.ts'

interface Status {
  network: {
    discriminator: string
    older_keys: { discriminator: string; peer_count: number }[]
  }
  older_key_peers: { peer_id: string; discriminator: string; live: boolean }[]
  following: { heads: number; messages: number }
}

interface Row {
  peer_id?: string
  state: string
  older_key?: boolean
  last_error?: string
}

const OLD = ['--network-key', 'the old key']
const NEW = ['--network-key', 'the new key']
const BOTH = ['--network-keys', 'the new key, the old key']

async function networkOf(node: NodeProcess): Promise<Status['network']> {
  return (await node.get<Status>('/v1/status')).data.network
}

/** Who is connected, and whether by the older key. */
async function live(node: NodeProcess): Promise<Record<string, boolean>> {
  const { data } = await node.get<Row[]>('/v1/mesh')
  const rows = data.filter(({ state }) => state === 'live')
  return Object.fromEntries(rows.map(({ peer_id: id = '', older_key: isOlder = false }) => [id, isOlder]))
}

test('messages cross over a node with both keys, until the last node has the new one', async () => {
  const b = await startNode({ flags: OLD })
  // It is A that dials B: the hello under the new key gets no answer, the one under the old key does.
  const a = await startNode({ flags: [...BOTH, '--peer', b.address] })
  const c = await startNode({ flags: [...NEW, '--peer', a.address, '--peer', b.address] })
  await eventually(async () => expect(await live(a)).toEqual({ [b.peerId]: true, [c.peerId]: false }))
  const messages = await Promise.all([a.publish('from a'), b.publish('from b'), c.publish('from c')])
  for (const node of [a, b, c]) for (const hash of messages) await node.waitFor(hash)

  // Gossip runs under the new key; who has not got it is followed message by message.
  await eventually(async () => {
    expect((await a.get<Status>('/v1/status')).data.following).toEqual({ heads: 1, messages: 1 })
  })

  const stranger = await c.get<Row[]>('/v1/peers')
  expect(stranger.data.find(({ peer_id: id }) => id !== a.peerId)).toMatchObject({
    last_error: expect.stringContaining('network key'),
  })
  expect(Object.keys(await live(b))).toEqual([a.peerId])

  const { discriminator } = await networkOf(b)
  expect((await a.get<Status>('/v1/status')).data).toMatchObject({
    network: { older_keys: [{ discriminator, peer_count: 1 }] },
    older_key_peers: [{ peer_id: b.peerId, discriminator, live: true }],
  })
  expect((await networkOf(a)).discriminator).toBe((await networkOf(c)).discriminator)
  const { stdout: status } = await runVerb(['status', '--data-dir', a.dataDir])
  expect(status).toMatch(new RegExp(`older key +${discriminator}, still used by @`))
  const { stdout: mesh } = await runVerb(['mesh', '--data-dir', a.dataDir])
  expect(mesh.match(/live \(older key\)/g)).toHaveLength(1)

  await b.stop()
  const rotated = await startNode({ dataDir: b.dataDir, flags: [...BOTH, '--peer', a.address, '--peer', c.address] })
  await eventually(async () => expect(await live(rotated)).toEqual({ [a.peerId]: false, [c.peerId]: false }))
  const later = await rotated.publish('from b, rotated')
  for (const node of [a, c]) await node.waitFor(later)
  for (const hash of messages) expect(await rotated.holds(hash)).toBe(true)
  expect((await networkOf(a)).older_keys).toEqual([{ discriminator, peer_count: 0 }])

  await a.stop()
  const done = await startNode({ dataDir: a.dataDir, flags: [...NEW, '--peer', rotated.address] })
  const last = await done.publish('from a, with the new key alone')
  for (const node of [rotated, c]) await node.waitFor(last)
  expect(await networkOf(done)).toMatchObject({ older_keys: [] })
})

test('who knows neither key stays out, in both directions', async () => {
  const a = await startNode({ flags: BOTH })
  const other = await startNode({ flags: ['--network-key', 'another key', '--peer', a.address] })
  await a.post('/v1/peers', { address: other.address })
  await eventually(async () => {
    const { data } = await a.get<Row[]>('/v1/peers')
    expect(data[0]).toMatchObject({ state: 'backoff', last_error: expect.stringContaining('network key') })
  })
  await eventually(async () => {
    const { data } = await a.get<{ refusals: Record<string, number> }>('/v1/status')
    expect(data.refusals.wrong_key).toBeGreaterThan(0)
  })
  expect(await live(a)).toEqual({})
  expect(await live(other)).toEqual({})
})
