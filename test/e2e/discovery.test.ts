import { expect } from 'vitest'
import { labTest, openLab, startOn } from '../support/lab.ts'
import { eventually } from '../support/node-process.ts'
import type { NodeProcess } from '../support/node-process.ts'

interface Peer {
  source: string
  state: string
  public_id?: string
}

function livePeersOf(node: NodeProcess): Promise<Peer[]> {
  return node.get<Peer[]>('/v1/peers').then(({ data }) => data.filter(({ state }) => state === 'live'))
}

labTest('two nodes with --mdns on one LAN find each other and sync, with no address given', async () => {
  const lab = await openLab({ hosts: 2 })
  const [a, b] = await Promise.all([startOn(lab.host(0), ['--mdns']), startOn(lab.host(1), ['--lan-discovery'])])
  await b.waitFor(await a.publish('found'))
  await a.waitFor(await b.publish('found back'))
  for (const [here, there] of [[a, b] as const, [b, a] as const]) {
    const found = { source: 'mdns', public_id: there.author }
    await eventually(async () => expect(await livePeersOf(here)).toMatchObject([found]))
  }
})

labTest('mDNS needs no default route: an isolated LAN has none', async () => {
  const lab = await openLab({ hosts: 2 })
  for (const host of [lab.host(0), lab.host(1)]) await host.run('ip', ['route', 'delete', 'default'])
  const [a, b] = await Promise.all([startOn(lab.host(0), ['--mdns']), startOn(lab.host(1), ['--mdns'])])
  await b.waitFor(await a.publish('found'))
})

labTest('nodes of two networks on one LAN do not find each other, and those of one do', async () => {
  const lab = await openLab({ hosts: 3 })
  const stranger = await startOn(lab.host(0), ['--mdns', '--network-key', 'another'])
  const [a, b] = await Promise.all([startOn(lab.host(1), ['--mdns']), startOn(lab.host(2), ['--mdns'])])
  await b.waitFor(await a.publish('found'))
  expect(await livePeersOf(a)).toHaveLength(1)
  expect(await livePeersOf(stranger)).toEqual([])
})

labTest('a node that was away from the LAN is found again, and misses nothing', async () => {
  const lab = await openLab({ hosts: 2 })
  const [a, b] = await Promise.all([startOn(lab.host(0), ['--mdns']), startOn(lab.host(1), ['--mdns'])])
  await b.waitFor(await a.publish('before'))
  await b.stop()
  const meanwhile = await a.publish('meanwhile')
  const again = await startOn(lab.host(1), ['--mdns', '--no-met'])
  await again.waitFor(meanwhile)
  await eventually(async () => expect(await livePeersOf(a)).toHaveLength(1))
})

labTest('two nodes with --dht that know only a third find each other and sync, also without it', async () => {
  const lab = await openLab({ hosts: 3 })
  const third = await startOn(lab.host(0), ['--dht'])
  const flags = ['--dht', '--bootstrap', third.address]
  const [a, b] = await Promise.all([startOn(lab.host(1), flags), startOn(lab.host(2), flags)])
  await eventually(async () => {
    for (const [here, there] of [[a, b] as const, [b, a] as const]) {
      expect((await livePeersOf(here)).map(({ public_id }) => public_id)).toContain(there.author)
    }
  })
  await third.stop()
  await b.waitFor(await a.publish('without the third'))
})
