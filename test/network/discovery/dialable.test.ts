import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { dialablePeer, preferElsewhere } from '../../../src/network/discovery/dialable.ts'

const PEER = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
const RELAY = '12D3KooWJRSrypvnpHgc6ZAgyCni4KcSmbV7uGRaMw5LgMKT18fq'

const dialable = (...texts: string[]) =>
  dialablePeer(
    PEER,
    texts.map((text) => multiaddr(text)),
  )?.multiaddrs.map(String)

test.each([
  ['IPv4', '/ip4/10.0.0.1/tcp/1'],
  ['IPv6', '/ip6/2001:db8::1/tcp/65535'],
  ['through a relay', `/ip4/10.0.0.1/tcp/1/p2p/${RELAY}/p2p-circuit`],
])('%s is dialled, under the PeerId that was named', (_, address) => {
  expect(dialable(address)).toEqual([`${address}/p2p/${PEER}`])
  expect(dialable(`${address}/p2p/${PEER}`)).toEqual([`${address}/p2p/${PEER}`])
})

test.each([
  ['a host name', '/dns/desk.local/tcp/1'],
  ['an unspecified address', '/ip4/0.0.0.0/tcp/1'],
  ['an unspecified IPv6 address', '/ip6/::/tcp/1'],
  ['port 0', '/ip4/10.0.0.1/tcp/0'],
  ['link-local IPv6', '/ip6/fe80::1/tcp/1'],
  ['cloud metadata', '/ip4/169.254.169.254/tcp/80'],
  ['a transport that this node has not', '/ip4/10.0.0.1/udp/1/quic-v1'],
  ['TCP with something on top', '/ip4/10.0.0.1/tcp/1/ws'],
  ['another PeerId', `/ip4/10.0.0.1/tcp/1/p2p/${RELAY}`],
  ['two relays in a row', `/ip4/10.0.0.1/tcp/1/p2p/${RELAY}/p2p-circuit/p2p/${RELAY}/p2p-circuit`],
  ['nothing', ''],
])('%s is not dialled', (_, address) => {
  expect(dialable(address)).toBeUndefined()
  expect(dialable(address, '/ip4/10.0.0.1/tcp/1')).toHaveLength(1)
})

test('eight addresses are kept, each once, in their order', () => {
  const addresses = Array.from({ length: 9 }, (_, index) => `/ip4/10.0.0.${index + 1}/tcp/1`)
  expect(dialable(...addresses, ...addresses)).toEqual(addresses.slice(0, 8).map((address) => `${address}/p2p/${PEER}`))
})

test('loopback counts only when there is nothing else', () => {
  const [here, there] = [multiaddr('/ip4/127.0.0.1/tcp/1'), multiaddr('/ip4/10.0.0.1/tcp/1')]
  expect(preferElsewhere([here, there])).toEqual([there])
  expect(preferElsewhere([here])).toEqual([here])
})
