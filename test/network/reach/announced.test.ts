import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { announced } from '../../../src/network/reach/index.ts'

const RELAY = '12D3KooWJRSrypvnpHgc6ZAgyCni4KcSmbV7uGRaMw5LgMKT18fq'

test('a relay’s loopback address is told only when it has no other', () => {
  const circuit = (host: string) => multiaddr(`/ip4/${host}/tcp/1/p2p/${RELAY}/p2p-circuit`)
  const [own, here, there] = [multiaddr('/ip4/127.0.0.1/tcp/1'), circuit('127.0.0.1'), circuit('10.0.0.1')]
  expect(announced([own, here, there])).toEqual([own, there])
  expect(announced([own, here])).toEqual([own, here])
})
