import { expect, test } from 'vitest'
import { parsePeerAddress } from '../../../src/network/index.ts'

test.each([
  ['127.0.0.1:7655', '127.0.0.1:7655', '/ip4/127.0.0.1/tcp/7655'],
  ['  Desk.Local:7655 ', 'desk.local:7655', '/dns/desk.local/tcp/7655'],
  ['localhost:1', 'localhost:1', '/dns/localhost/tcp/1'],
  ['host:65535', 'host:65535', '/dns/host/tcp/65535'],
  ['host:007', 'host:7', '/dns/host/tcp/7'],
  ['169.254.7.7:7655', '169.254.7.7:7655', '/ip4/169.254.7.7/tcp/7655'],
  ['[::1]:7655', '[::1]:7655', '/ip6/::1/tcp/7655'],
  ['/ip4/10.0.0.2/tcp/7655', '/ip4/10.0.0.2/tcp/7655', '/ip4/10.0.0.2/tcp/7655'],
  [
    '/dns4/a.example/tcp/1/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp',
    '/dns4/a.example/tcp/1/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp',
    '/dns4/a.example/tcp/1/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp',
  ],
])('%s is dialled as %s', (given, text, dialled) => {
  const address = parsePeerAddress(given)
  expect(address.text).toBe(text)
  expect(address.multiaddr.toString()).toBe(dialled)
})

test.each([
  '',
  'nonsense',
  'host',
  'host:',
  ':7655',
  'host:0',
  'host:65536',
  'host:-1',
  'host:7655:7655',
  'ho st:7655',
  '999.0.0.1:7655',
  '1.2.3:7655',
  '[::g]:7655',
  '[fe80::1%eth0]:7655',
  '[fe80::1%]:7655',
  '::1:7655',
  '-host:7655',
  'http://host:7655',
  '/ip4/10.0.0.2',
  '/ip4/10.0.0.2/udp/7655',
  '/ip4/10.0.0.2/tcp/notaport',
  '/nonsense/1',
  '169.254.169.254:80',
  '[fd00:ec2::254]:80',
  '[::ffff:169.254.169.254]:80',
  '/ip4/169.254.169.254/tcp/80',
  '/ip4/100.100.100.200/tcp/80/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp',
  `${'a'.repeat(64)}.example:1`,
  `${'a.'.repeat(300)}b:1`,
])('"%s" is refused, saying what was expected', (given) => {
  expect(() => parsePeerAddress(given)).toThrow(
    expect.objectContaining({ code: 'PEER_ADDRESS_INVALID', message: expect.stringContaining('host:port') }),
  )
})

const RELAY = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
const PEER = '12D3KooWJRSrypvnpHgc6ZAgyCni4KcSmbV7uGRaMw5LgMKT18fq'

test('an address through a relay names both the relay and the peer', () => {
  const address = `/ip4/10.0.0.1/tcp/7655/p2p/${RELAY}/p2p-circuit/p2p/${PEER}`
  expect(parsePeerAddress(address).text).toBe(address)
  for (const cut of [
    `/ip4/10.0.0.1/tcp/7655/p2p/${RELAY}/p2p-circuit`,
    `/ip4/10.0.0.1/tcp/7655/p2p-circuit/p2p/${PEER}`,
  ]) {
    expect(() => parsePeerAddress(cut)).toThrow(/both PeerIds/)
  }
})
