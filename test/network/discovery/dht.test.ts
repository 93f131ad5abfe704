import { expect, test } from 'vitest'
import { NoRecords } from '../../../src/network/discovery/no-records.ts'
import { eventually } from '../../support/eventually.ts'
import { openNetwork } from '../../support/open-network.ts'
import type { OpenNetwork } from '../../support/open-network.ts'

async function untilFound(node: OpenNetwork, other: OpenNetwork): Promise<void> {
  const peer = { peerId: other.network.peerId, state: 'live' }
  await eventually(() => expect(node.network.peers.list()).toContainEqual(expect.objectContaining(peer)))
}

test('two nodes that know only a third find each other', async () => {
  const b = await openNetwork({ seed: 2, dht: true })
  const a = await openNetwork({ seed: 1, dht: true, bootstrap: [b.address] })
  const c = await openNetwork({ seed: 3, dht: true, bootstrap: [b.address] })
  await Promise.all([untilFound(a, c), untilFound(c, a)])
  await eventually(() => {
    const rows = [...a.network.peers.list(), ...c.network.peers.list()]
    expect(rows).toContainEqual(expect.objectContaining({ source: 'dht', state: 'live' }))
  })
  await b.network.stop()
  const { hash } = await a.log.publish({ content: 'without the third' })
  await eventually(async () => expect(await c.log.message(hash)).toBeDefined())
})

test('two nodes that know only the old network key find each other through one that has changed it', async () => {
  const old = { dht: true, networkKeys: ['the old key'] as [string] }
  const b = await openNetwork({ seed: 2, dht: true, networkKeys: ['the new key', 'the old key'] })
  const a = await openNetwork({ seed: 1, ...old, bootstrap: [b.address] })
  const c = await openNetwork({ seed: 3, ...old, bootstrap: [b.address] })
  await Promise.all([untilFound(a, c), untilFound(c, a)])
})

test('a node that takes part in no DHT is found by nobody through one', async () => {
  const b = await openNetwork({ seed: 2, dht: true })
  const silent = await openNetwork({ seed: 4, peers: [b.address] })
  const a = await openNetwork({ seed: 1, dht: true, bootstrap: [b.address] })
  const c = await openNetwork({ seed: 3, dht: true, bootstrap: [b.address] })
  await Promise.all([untilFound(a, c), untilFound(c, a)])
  expect(a.network.peers.list().map(({ peerId }) => peerId)).not.toContain(silent.network.peerId)
})

test('the DHT keeps nothing of what members put into it', async () => {
  const records = new NoRecords()
  records.put('key' as never, new Uint8Array(1))
  expect(records.has()).toBe(false)
  expect(() => records.get()).toThrow(expect.objectContaining({ name: 'NotFoundError' }))
  expect(await Array.fromAsync(records.query())).toEqual([])
})
