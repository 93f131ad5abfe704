import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { pathOf } from '../../../src/network/peers/path.ts'

const RELAY = '/ip4/192.168.1.9/tcp/7655/p2p/12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5/p2p-circuit'

test.each([
  ['/ip4/127.0.0.1/tcp/1', 'lan'],
  ['/ip6/::1/tcp/1', 'lan'],
  ['/ip4/10.1.2.3/tcp/1', 'lan'],
  ['/ip4/172.16.0.1/tcp/1', 'lan'],
  ['/ip4/192.168.1.7/tcp/1', 'lan'],
  ['/ip4/169.254.1.1/tcp/1', 'lan'],
  ['/ip6/fd00::1/tcp/1', 'lan'],
  ['/ip4/172.32.0.1/tcp/1', 'direct'],
  ['/ip4/9.9.9.9/tcp/1', 'direct'],
  ['/ip6/2620:fe::9/tcp/1', 'direct'],
  [RELAY, 'relayed'],
] as const)('%s is %s', (address, path) => expect(pathOf(multiaddr(address))).toBe(path))
