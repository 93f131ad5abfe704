import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { SqlitePeerStore } from '../../src/store/index.ts'
import { eventually } from '../support/eventually.ts'
import { openNetwork } from '../support/open-network.ts'
import type { OpenNetwork } from '../support/open-network.ts'

function live({ network }: OpenNetwork): boolean {
  return network.peers.list().some(({ state }) => state === 'live')
}

async function untilLive(...nodes: OpenNetwork[]): Promise<void> {
  await eventually(() => expect(nodes.every(live)).toBe(true))
}

test('a peer given at the start is connected and known by its identity on both sides', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address] })
  await untilLive(a, b)
  expect(b.network.peers.list()).toMatchObject([{ address: a.address, peerId: a.network.peerId, source: 'flag' }])
  expect(a.network.peers.list()).toMatchObject([{ peerId: b.network.peerId, source: 'met' }])
})

test('messages reach a peer of a peer', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address] })
  const c = await openNetwork({ seed: 3, peers: [b.address] })
  await untilLive(c)
  const { hash } = await a.log.publish({ content: 'across' })
  await eventually(async () => expect(await c.log.message(hash)).toBeDefined())
})

test('a peer with another network key is refused, counted there and explained here', async () => {
  const a = await openNetwork({ seed: 1, networkKeys: ['ours'] })
  const b = await openNetwork({ seed: 2, networkKeys: ['theirs'], peers: [a.address] })
  await eventually(() => expect(b.network.peers.list()[0]?.lastError).toMatch(/network key/))
  expect(a.network.refusals.wrong_key).toBeGreaterThan(0)
  expect(a.network.peers.list()).toEqual([])
})

test('our own address is recognised as ours', async () => {
  const a = await openNetwork({ seed: 1 })
  a.network.peers.add(a.address)
  await eventually(() => expect(a.network.peers.list()[0]?.lastError).toMatch(/IDENTITY_IN_USE/))
})

test('a second node with our identity is recognised as a copy', async () => {
  const a = await openNetwork({ seed: 1 })
  const clone = await openNetwork({ seed: 1, peers: [a.address] })
  await eventually(() => expect(clone.network.peers.list()[0]?.lastError).toMatch(/IDENTITY_IN_USE/))
})

test('a port where nobody listens is explained, and dialled again when somebody does', async () => {
  const a = await openNetwork({ seed: 1 })
  const { port } = a.network
  await a.network.stop()
  const b = await openNetwork({ seed: 2, peers: [`127.0.0.1:${port}`] })
  await eventually(() => expect(b.network.peers.list()[0]?.lastError).toMatch(/Nothing listens there/))
  await openNetwork({ seed: 1, port })
  await untilLive(b)
  expect(b.network.peers.list()[0]?.lastError).toBeUndefined()
})

test('a port where something else listens is explained', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await eventually(() => expect(server.address()).not.toBeNull())
  const { port } = server.address() as { port: number }
  const b = await openNetwork({ seed: 2, peers: [`127.0.0.1:${port}`] })
  await eventually(() => expect(b.network.peers.list()[0]?.lastError).toMatch(/does not speak|closed|handshake/))
})

test('a gossip port in use is refused by name', async () => {
  const a = await openNetwork({ seed: 1 })
  await expect(openNetwork({ seed: 2, port: a.network.port })).rejects.toMatchObject({ code: 'NETWORK_PORT_IN_USE' })
})

test('an added peer is stored, a removed one is hung up on and forgotten', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2 })
  b.network.peers.add(a.address)
  b.network.peers.add(a.address)
  await untilLive(a, b)
  await b.network.peers.remove(a.address)
  expect(b.network.peers.list()).toEqual([])
  await eventually(() => expect(a.network.peers.list()).toEqual([]))
})

test('a peer from the configuration file shows its source, and can only be removed there', async () => {
  const peers = ['127.0.0.1:1', '127.0.0.1:2']
  const { network } = await openNetwork({ seed: 1, peers, filePeers: ['127.0.0.1:2'] })
  expect(network.peers.list().map(({ source }) => source)).toEqual(['flag', 'file'])
  await expect(network.peers.remove('127.0.0.1:2')).rejects.toMatchObject({ code: 'PEER_FROM_CONFIG' })
})

test('what cannot be removed is refused by its code', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address] })
  await expect(b.network.peers.remove(a.address)).rejects.toMatchObject({ code: 'PEER_FROM_CONFIG' })
  await expect(b.network.peers.remove('other:1')).rejects.toMatchObject({ code: 'PEER_UNKNOWN' })
  await expect(b.network.peers.remove('nonsense')).rejects.toMatchObject({ code: 'PEER_ADDRESS_INVALID' })
})

test('the table takes a thousand peers and refuses one more', async () => {
  const { network } = await openNetwork({ seed: 1 })
  for (let port = 1; port <= 1_000; port++) network.peers.add(`127.0.0.1:${port}`)
  expect(() => network.peers.add('127.0.0.1:1001')).toThrow(expect.objectContaining({ code: 'PEER_TABLE_FULL' }))
  expect(network.peers.add('127.0.0.1:1000').address).toBe('127.0.0.1:1000')
})

test('two nodes that know each other stay connected and exchange in both directions', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address] })
  a.network.peers.add(b.address)
  await untilLive(a, b)
  const [fromA, fromB] = [await a.log.publish({ content: 'a' }), await b.log.publish({ content: 'b' })]
  await eventually(async () => expect(await b.log.message(fromA.hash)).toBeDefined())
  await eventually(async () => expect(await a.log.message(fromB.hash)).toBeDefined())
})

test('our own feed is fetched back after its database was lost, and publishing goes on behind it', async () => {
  const first = await openNetwork({ seed: 1 })
  const peer = await openNetwork({ seed: 2, peers: [first.address] })
  for (const content of ['one', 'two', 'three']) await first.log.publish({ content })
  await eventually(() => expect(peer.log.counts().messages).toBe(3))
  await first.network.stop()

  const restored = await openNetwork({ seed: 1, peers: [peer.address] })
  await eventually(() => expect(restored.log.counts().messages).toBe(3))
  const next = await eventually(() => restored.log.publish({ content: 'four' }))
  expect(next.sequence).toBe(4)
  await eventually(() => expect(peer.log.counts()).toMatchObject({ messages: 4, forks: 0 }))
})

test('stopping twice is safe', async () => {
  const { network } = await openNetwork({ seed: 1 })
  await network.stop()
  await network.stop()
})

test('a network that cannot start gives its port back', async () => {
  const { port, stop } = await openNetwork({ seed: 1 }).then(({ network }) => ({
    port: network.port,
    stop: () => network.stop(),
  }))
  await stop()
  await expect(openNetwork({ seed: 1, port, peers: ['nonsense'] })).rejects.toMatchObject({
    code: 'PEER_ADDRESS_INVALID',
  })
  expect((await openNetwork({ seed: 1, port })).network.port).toBe(port)
})

test('an address that is not ours to listen on is refused by its code', async () => {
  // RFC 5737: an address for documentation, which no interface has.
  await expect(openNetwork({ seed: 1, host: '192.0.2.1' })).rejects.toMatchObject({ code: 'NETWORK_LISTEN_FAILED' })
})

test('a peer that cannot be stored is neither kept nor dialled', async () => {
  const { network, database } = await openNetwork({ seed: 1 })
  database.exec("CREATE TRIGGER full BEFORE INSERT ON peers BEGIN SELECT RAISE(ABORT, 'no'); END")
  expect(() => network.peers.add('127.0.0.1:1')).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }))
  expect(network.peers.list()).toEqual([])
})

test('a peer from a flag that is added as well is known without the flag from then on', async () => {
  const { network, database } = await openNetwork({ seed: 1, peers: ['127.0.0.1:1'] })
  expect(network.peers.add('127.0.0.1:1').source).toBe('flag')
  expect(new SqlitePeerStore(database).addresses()).toEqual(['127.0.0.1:1'])
})

test('a name that leads to the metadata of a cloud is not dialled, whatever it looks like', async () => {
  const peer = '0xa9fea9fe:80'
  const { network } = await openNetwork({ seed: 1, peers: [peer] })
  await eventually(() => {
    expect(network.peers.explain(peer)).toMatchObject({
      verdict: 'not_dialable',
      summary: expect.stringContaining('tell their secrets'),
    })
  })
})
