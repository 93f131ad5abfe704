import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { sourceOf } from '../../../src/network/capability/source.ts'

const MEMBER = '12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5'
const RELAY = '12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq'

test.each(['/ip4/127.0.0.1/tcp/1', '/ip4/127.255.0.9/tcp/1', '/ip6/::1/tcp/1', '/ip6/::ffff:127.0.0.1/tcp/1'])(
  'loopback is exempt: %s',
  (address) => {
    expect(source(address)).toBeUndefined()
  },
)

test('an IPv4 host is one source whatever its port', () => {
  expect(source('/ip4/203.0.113.7/tcp/1')).toBe(source('/ip4/203.0.113.7/tcp/2'))
  expect(source('/ip4/203.0.113.7/tcp/1')).not.toBe(source('/ip4/203.0.113.8/tcp/1'))
})

test('an IPv4 host is the same source on a dual-stack socket', () => {
  expect(source('/ip6/::ffff:203.0.113.7/tcp/1')).toBe(source('/ip4/203.0.113.7/tcp/1'))
})

test('an IPv6 /64 is one source', () => {
  expect(source('/ip6/2001:db8:1:2::1/tcp/1')).toBe(source('/ip6/2001:db8:1:2:ffff::9/tcp/2'))
  expect(source('/ip6/2001:db8:1:2::1/tcp/1')).not.toBe(source('/ip6/2001:db8:1:3::1/tcp/1'))
})

test('an IPv6 zone does not hide the host', () => {
  expect(source('/ip6zone/eth0/ip6/fe80::1/tcp/1')).toBe(source('/ip6/fe80::2/tcp/1'))
})

test('a relayed connection counts against the member behind the relay, not against the relay', () => {
  expect(source(`/ip4/203.0.113.7/tcp/1/p2p/${RELAY}/p2p-circuit/p2p/${MEMBER}`)).toBe(MEMBER)
  expect(source(`/ip4/127.0.0.1/tcp/1/p2p/${RELAY}/p2p-circuit/p2p/${MEMBER}`)).toBe(MEMBER)
  expect(source(`/ip4/203.0.113.7/tcp/1/p2p/${RELAY}/p2p-circuit`)).toBeUndefined()
})

test.each(['/unix/%2Ftmp%2Fsocket', '/dns4/example.org/tcp/1'])('names nobody: %s', (address) => {
  expect(source(address)).toBeUndefined()
})

function source(address: string): string | undefined {
  return sourceOf(multiaddr(address))
}
