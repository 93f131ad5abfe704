import { expect } from 'vitest'
import { labTest, openLab, startOn } from '../support/lab.ts'
import { eventually } from '../support/node-process.ts'
import type { NodeProcess } from '../support/node-process.ts'

interface Peer {
  address: string
  state: string
  path?: string
  public_id?: string
}

interface Status {
  reach: { reachable: string; relays: string[] }
}

interface Report {
  verdict: string
  summary: string
}

async function reachOf(node: NodeProcess): Promise<string> {
  return (await node.get<Status>('/v1/status')).data.reach.reachable
}

/** The address under which a relay carries a node, once it does. */
async function carriedAddressOf(node: NodeProcess): Promise<string> {
  let address: string | undefined
  await eventually(async () => {
    const { data } = await node.get<{ multiaddrs: string[] }>('/v1/identity')
    address = data.multiaddrs.find((text) => text.includes('/p2p-circuit'))
    expect(address).toBeDefined()
  })
  return address ?? expect.fail()
}

async function pathTo(node: NodeProcess, other: NodeProcess): Promise<string | undefined> {
  const { data } = await node.get<Peer[]>('/v1/peers')
  return data.find(({ public_id, state }) => public_id === other.author && state === 'live')?.path
}

labTest('a node behind NAT is reached through a relay node of ours, and says so', async () => {
  const lab = await openLab({ hosts: 3, behindRouter: [1] })
  const relay = await startOn(lab.host(0), ['--relay'])
  const hidden = await startOn(lab.host(1), ['--peer', relay.address])
  const address = await carriedAddressOf(hidden)
  const other = await startOn(lab.host(2), ['--peer', address])
  await other.waitFor(await hidden.publish('from behind the router'))
  await hidden.waitFor(await other.publish('to behind the router'))
  await eventually(async () => expect(await pathTo(other, hidden)).toBe('relayed'))
  const why = await other.get<Report>(`/v1/mesh/${encodeURIComponent(hidden.author)}`)
  expect(why.data).toMatchObject({ verdict: 'relayed', summary: expect.stringContaining('through a relay only') })
  expect(await pathTo(hidden, relay)).toBe('lan')
  expect(await reachOf(hidden)).toBe('relayed')
  expect(await reachOf(relay)).toBe('lan')
})

labTest('two nodes behind NAT that know only a relay find and reach each other by the DHT', async () => {
  const lab = await openLab({ hosts: 3, behindRouter: [1, 2] })
  const relay = await startOn(lab.host(0), ['--relay', '--dht'])
  const flags = ['--dht', '--bootstrap', relay.address]
  const [a, b] = await Promise.all([startOn(lab.host(1), flags), startOn(lab.host(2), flags)])
  await eventually(async () => expect([await pathTo(a, b), await pathTo(b, a)]).toEqual(['relayed', 'relayed']))
  await b.waitFor(await a.publish('through the relay'))
})
