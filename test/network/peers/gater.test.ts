import { StreamCloseEvent } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, test } from 'vitest'
import { CapabilityError, Gates } from '../../../src/network/capability/index.ts'
import { gaterOf, Refusals } from '../../../src/network/peers/index.ts'
import type { Connection, MultiaddrConnection } from '@libp2p/interface'
import type { Ban } from '../../../src/network/peers/index.ts'

const ONE = peerIdFromString('12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5')
const OTHER = peerIdFromString('12D3KooWJRSrypvnpHgc6ZAgyCni4KcSmbV7uGRaMw5LgMKT18fq')
const RELAYED = `/ip4/192.0.2.9/tcp/7655/p2p/${ONE}/p2p-circuit`

/** What the gater looks at of a connection that stands. */
function standing(address: string, { peer = OTHER, direction = 'inbound' as Connection['direction'] } = {}) {
  return { direction, remoteAddr: multiaddr(address), remotePeer: peer }
}

function from(address: string): MultiaddrConnection {
  // All that the gater looks at.
  return Object.assign(new EventTarget(), { remoteAddr: multiaddr(address) }) as unknown as MultiaddrConnection
}

/** The line is cut, or hung up on for a reason. */
function ended(connection: MultiaddrConnection, error?: Error): void {
  connection.dispatchEvent(new StreamCloseEvent(true, error))
}

function open({ connections = [] as ReturnType<typeof standing>[], banned = [] as string[] } = {}) {
  const refusals = new Refusals(new Gates(), () => 1)
  const ban = (peer: string): Ban => ({ peer, code: 'REPLICATE_FRAME_INVALID', since: 0, until: 2, times: 1 })
  const bans = { of: (peer: string) => (banned.includes(peer) ? ban(peer) : undefined) }
  return { refusals, gater: gaterOf({ bans, refusals, connections: () => connections }) }
}

function hosts(count: number) {
  return Array.from({ length: count }, (_, index) => standing(`/ip4/10.0.${index >> 8}.${index & 255}/tcp/1`))
}

test.each([
  ['/ip4/169.254.169.254/tcp/80', true],
  [`/ip6/fd00:ec2::254/tcp/80/p2p/${OTHER}/p2p-circuit/p2p/${ONE}`, true],
  [`/ip4/169.254.1.2/tcp/7655/p2p/${ONE}`, false],
  ['/dns/localhost/tcp/7655', false],
])('of an address that a peer tells, %s is not dialled: %j', (address, isDenied) => {
  expect(open().gater.denyDialMultiaddr?.(multiaddr(address))).toBe(isDenied)
})

describe('a banned peer', () => {
  test('is not dialled, wherever it is', () => {
    const { gater } = open({ banned: [ONE.toString()] })
    expect(gater.denyDialPeer?.(ONE)).toBe(true)
    expect(gater.denyDialPeer?.(OTHER)).toBe(false)
    expect(gater.denyOutboundEncryptedConnection?.(ONE, from('/ip4/192.0.2.1/tcp/1'))).toBe(true)
    expect(gater.denyOutboundEncryptedConnection?.(OTHER, from('/ip4/192.0.2.1/tcp/1'))).toBe(false)
  })

  test('is let in as soon as its identity is proved, that is not at all, and is noted', () => {
    const { gater, refusals } = open({ banned: [ONE.toString()] })
    expect(gater.denyInboundEncryptedConnection?.(ONE, from('/ip4/192.0.2.1/tcp/1'))).toBe(true)
    expect(gater.denyInboundEncryptedConnection?.(OTHER, from('/ip4/192.0.2.1/tcp/1'))).toBe(false)
    const refused = { at: 1, times: 1, cause: 'banned', peer: ONE.toString(), address: '/ip4/192.0.2.1/tcp/1' }
    expect(refusals.last()).toEqual([refused])
  })
})

describe('connections that have proved nothing yet', () => {
  const LOOPBACK = '/ip4/127.0.0.1/tcp/1'

  test('are four of one host, and one more when one of them has ended or has proved who it is', () => {
    const { gater, refusals } = open()
    const four = Array.from({ length: 4 }, (_, index) => from(`/ip4/192.0.2.1/tcp/${index + 1}`))
    const next = () => gater.denyInboundConnection?.(from('/ip4/192.0.2.1/tcp/5'))
    expect(four.map((connection) => gater.denyInboundConnection?.(connection))).toEqual([false, false, false, false])
    expect(next()).toBe(true)
    expect(gater.denyInboundConnection?.(from('/ip4/192.0.2.2/tcp/1'))).toBe(false)
    const [first, second] = four
    gater.denyInboundEncryptedConnection?.(ONE, first ?? expect.fail())
    expect([next(), next()]).toEqual([false, true])
    ended(second ?? expect.fail())
    expect([next(), next()]).toEqual([false, true])
    expect(refusals.counts()).toMatchObject({ too_many_from_host: 3, unfinished: 1 })
  })

  test('are sixty-four in all, loopback included', () => {
    const { gater, refusals } = open()
    for (let count = 0; count < 64; count++) expect(gater.denyInboundConnection?.(from(LOOPBACK))).toBe(false)
    expect(gater.denyInboundConnection?.(from(LOOPBACK))).toBe(true)
    expect(refusals.counts()).toMatchObject({ no_place: 1, too_many_from_host: 0 })
  })

  test('are counted when they end so, unless the gate has counted them, or they had proved who they are', () => {
    const { gater, refusals } = open()
    const [silent, stranger, member] = [from(LOOPBACK), from(LOOPBACK), from(LOOPBACK)]
    for (const connection of [silent, stranger, member]) gater.denyInboundConnection?.(connection)
    gater.denyInboundEncryptedConnection?.(ONE, member)
    ended(silent, new Error('The time is over.'))
    ended(stranger, new CapabilityError('CAPABILITY_WRONG_KEY', 'another network'))
    ended(member)
    expect(refusals.last()).toEqual([{ at: 1, times: 1, cause: 'unfinished', address: LOOPBACK, peer: undefined }])
  })
})

describe('inbound connections', () => {
  test('sixty-four are taken and no more, loopback included', () => {
    for (const address of ['/ip4/192.0.2.1/tcp/1', '/ip4/127.0.0.1/tcp/1']) {
      const full = open({ connections: hosts(64) })
      expect(open({ connections: hosts(63) }).gater.denyInboundConnection?.(from(address))).toBe(false)
      expect(full.gater.denyInboundConnection?.(from(address))).toBe(true)
      expect(full.refusals.counts()).toMatchObject({ no_place: 1, too_many_from_host: 0 })
    }
  })

  test('those that we opened take no place', () => {
    const connections = hosts(64).map((connection) => ({ ...connection, direction: 'outbound' as const }))
    expect(open({ connections }).gater.denyInboundConnection?.(from('/ip4/192.0.2.1/tcp/1'))).toBe(false)
  })

  test.each([
    ['an IPv4 address', '/ip4/192.0.2.1/tcp/1', '/ip4/192.0.2.1/tcp/2', '/ip4/192.0.2.2/tcp/1'],
    ['an IPv6 /64', '/ip6/2001:db8::1/tcp/1', '/ip6/2001:db8::2/tcp/1', '/ip6/2001:db8:0:1::1/tcp/1'],
    ['a peer behind a relay', `${RELAYED}/p2p/${ONE}`, `${RELAYED}/p2p/${ONE}`, `${RELAYED}/p2p/${OTHER}`],
  ])('%s holds sixteen of the places and no more', (_, address, same, other) => {
    const of = (count: number) => open({ connections: new Array(count).fill(standing(address)) })
    expect(of(15).gater.denyInboundConnection?.(from(same))).toBe(false)
    const full = of(16)
    expect(full.gater.denyInboundConnection?.(from(same))).toBe(true)
    expect(full.refusals.counts().too_many_from_host).toBe(1)
    expect(full.gater.denyInboundConnection?.(from(other))).toBe(false)
  })

  test('loopback counts as no host', () => {
    const connections = new Array(63).fill(standing('/ip4/127.0.0.1/tcp/1'))
    expect(open({ connections }).gater.denyInboundConnection?.(from('/ip4/127.0.0.1/tcp/2'))).toBe(false)
  })

  test('one identity holds two and no more', () => {
    const of = (count: number) => {
      const connections = new Array(count).fill(standing('/ip4/127.0.0.1/tcp/1', { peer: ONE }))
      return open({ connections })
    }
    const address = '/ip4/127.0.0.1/tcp/2'
    expect(of(1).gater.denyInboundUpgradedConnection?.(ONE, from(address))).toBe(false)
    const full = of(2)
    expect(full.gater.denyInboundUpgradedConnection?.(ONE, from(address))).toBe(true)
    expect(full.gater.denyInboundUpgradedConnection?.(OTHER, from(address))).toBe(false)
    expect(full.refusals.last()).toEqual([
      { at: 1, times: 1, cause: 'too_many_of_peer', peer: ONE.toString(), address },
    ])
  })

  test('those that passed the gate at the same moment are counted again behind it', () => {
    const { gater, refusals } = open({ connections: hosts(64) })
    expect(gater.denyInboundUpgradedConnection?.(ONE, from('/ip4/192.0.2.1/tcp/1'))).toBe(true)
    expect(refusals.counts().no_place).toBe(1)
  })
})
