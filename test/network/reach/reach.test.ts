import { expect, test } from 'vitest'
import { openReach } from '../../../src/network/reach/index.ts'
import { eventually } from '../../support/eventually.ts'
import { openNetwork } from '../../support/open-network.ts'

const OFF = { reach: false, relay: false, upnp: false }

test.each([
  ['nothing', OFF, 0, []],
  ['reach', { ...OFF, reach: true }, 1, ['autonat', 'dcutr']],
  ['relay', { ...OFF, relay: true }, 1, ['relay']],
  ['upnp', { ...OFF, upnp: true }, 0, ['upnp']],
  ['everything', { reach: true, relay: true, upnp: true }, 1, ['autonat', 'dcutr', 'relay', 'upnp']],
])('%s is loaded when it is asked for', async (_, init, transports, services) => {
  const reach = await openReach(init)
  expect(reach.transports).toHaveLength(transports)
  expect(Object.keys(reach.services).sort()).toEqual(services)
})

test('a node with everything on starts, connects and stops', async () => {
  const all = { reach: true, relay: true, upnp: true, dht: true }
  const a = await openNetwork({ seed: 1, ...all })
  const b = await openNetwork({ seed: 2, ...all, peers: [a.address] })
  await eventually(() => expect(b.network.peers.list()).toMatchObject([{ state: 'live', path: 'lan' }]))
  // This machine is nobody from outside.
  expect(a.network.reach).toEqual({ reachable: 'unknown', relays: [] })
})
