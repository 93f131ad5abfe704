import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { multiaddr } from '@multiformats/multiaddr'
import fc from 'fast-check'
import multicastDns from 'multicast-dns'
import { describe, expect, test } from 'vitest'
import { capabilityOf, discriminatorOf } from '../../../src/feed/index.ts'
import { answerFrom, asksFor, peerIn } from '../../../src/network/discovery/lan-packets.ts'
import { serviceOf } from '../../../src/network/discovery/names.ts'
import type { Socket } from 'node:dgram'
import type { FoundPeer } from '../../../src/network/peers/index.ts'

interface Found {
  peerId: string
  addresses: string[]
}

interface PacketVector {
  name: string
  sender: string
  packet: string
  asks?: boolean
  finds?: Found | null
}

interface AnswerVector {
  name: string
  peerId: string
  interface: string
  listens: string[]
  texts: string[]
}

const FOLDER = new URL('../../../protocols/mdns/1/vectors/', import.meta.url)
const read = (file: string) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))

const OTHER = '12D3KooWC9PLN2NLLyyZZ9zBFYpcrFPgGUBJxVi8pbpLyJvXwZfr'
const packets: { service: string; vectors: PacketVector[] } = read('packets.json')
const ours = { name: packets.service, peerId: OTHER }

/** What a node makes of a datagram; its socket is fed by hand, everything behind it is real. */
function heard(packet: Uint8Array, sender: string): { asks: boolean; finds: Found | null } {
  const socket = new EventEmitter() as Socket
  const line = multicastDns({ socket, bind: false, multicast: false })
  const result: { asks: boolean; finds: Found | null } = { asks: false, finds: null }
  line.on('query', (query) => {
    result.asks = asksFor(query, ours)
  })
  line.on('response', (response, { address }) => {
    result.finds = plain(peerIn(response, ours, address))
  })
  line.on('warning', () => {})
  socket.emit('message', Buffer.from(packet), { address: sender })
  return result
}

function plain(found: FoundPeer | undefined): Found | null {
  return found === undefined ? null : { peerId: found.peerId, addresses: found.multiaddrs.map(String) }
}

describe('the vectors of protocols/mdns/1', () => {
  test.each(
    read('names.json').vectors as { name: string; networkKey: string; discriminator: string; service: string }[],
  )('service name: $name', ({ networkKey, discriminator, service }) => {
    expect(discriminatorOf(capabilityOf(networkKey))).toBe(discriminator)
    expect(serviceOf(discriminator)).toBe(service)
  })

  test.each(packets.vectors)('read: $name', ({ packet, sender, asks = false, finds = null }) => {
    expect(heard(Buffer.from(packet, 'hex'), sender)).toEqual({ asks, finds })
  })

  test.each(read('answers.json').vectors as AnswerVector[])('told: $name', ({ peerId, listens, texts, ...vector }) => {
    const addresses = listens.map((address) => multiaddr(`${address}/p2p/${peerId}`))
    const answer = answerFrom({ name: packets.service, peerId }, addresses, vector.interface)
    const [pointer, ...told] = answer?.answers ?? []
    expect(told.map((record) => 'data' in record && record.data)).toEqual(texts)
    expect(told.every(({ name, type }) => type === 'TXT' && name === `${peerId}.${packets.service}`)).toBe(true)
    if (texts.length > 0) expect(pointer).toMatchObject({ type: 'PTR', name: packets.service, ttl: 120 })
  })
})

test('a text of 255 bytes is told, one of 256 is not', () => {
  const service = { name: packets.service, peerId: OTHER }
  const ofLength = (length: number) => {
    const [head, tail] = ['/ip4/10.0.0.1/tcp/1/http-path/', `/p2p/${OTHER}`]
    return multiaddr(`${head}${'a'.repeat(length - 'dnsaddr='.length - head.length - tail.length)}${tail}`)
  }
  expect(answerFrom(service, [ofLength(255)], '10.0.0.1')?.answers).toHaveLength(2)
  expect(answerFrom(service, [ofLength(256)], '10.0.0.1')).toBeUndefined()
})

test('no datagram harms, whatever it holds', () => {
  const valid = packets.vectors.map(({ packet }) => Buffer.from(packet, 'hex'))
  const damaged = fc
    .record({ of: fc.constantFrom(...valid), at: fc.nat(1_500), byte: fc.nat(255), length: fc.nat(1_500) })
    .map(({ of, at, byte, length }) => {
      const copy = Buffer.from(of.subarray(0, Math.max(1, length % (of.length + 1))))
      copy[at % copy.length] = byte
      return copy
    })
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 600 })), (bytes) => {
      const { finds } = heard(bytes, '192.168.7.2')
      expect(finds?.addresses.length ?? 1).toBeLessThanOrEqual(8)
    }),
    { seed: 7, numRuns: 2_000 },
  )
})
