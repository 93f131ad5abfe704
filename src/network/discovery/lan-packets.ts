// What two nodes say to each other by mDNS, as protocols/mdns/1 writes it down: a question for the service, and an answer with addresses.
// Anybody on the LAN may send anything; what does not fit is skipped.

import { peerIdFromString } from '@libp2p/peer-id'
import { isLoopback, isPrivate } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { FOUND_ADDRESSES_MAX } from '../peers/index.ts'
import { MDNS_TTL_SECS, TXT_BYTES_MAX } from './constants.ts'
import { dialablePeer, hostOf } from './dialable.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { QueryOutgoingPacket, QueryPacket, ResponseOutgoingPacket, ResponsePacket } from 'multicast-dns'
import type { FoundPeer } from '../peers/index.ts'

const ADDRESS_KEY = 'dnsaddr='

/** The service that is asked for or answered, and who speaks of it. */
export interface LanService {
  /** Such as `_egregore-0011223344556677._udp.local`. */
  name: string
  /** Ours. */
  peerId: string
}

export function questionFor({ name }: LanService): QueryOutgoingPacket {
  return { questions: [{ name, type: 'PTR' }] }
}

export function asksFor({ questions = [] }: QueryPacket, { name }: LanService): boolean {
  return questions.some((question) => isSameName(question.name, name) && ['PTR', 'ANY'].includes(question.type))
}

/**
 * @param here - the address of the network interface on which the answer leaves
 * @returns undefined when this node cannot be reached from there
 */
export function answerFrom(
  { name, peerId }: LanService,
  ours: readonly Multiaddr[],
  here: string,
): ResponseOutgoingPacket | undefined {
  const texts = addressesOn(ours, here).map((address) => `${ADDRESS_KEY}${address}`)
  const data = texts.filter((text) => text.length <= TXT_BYTES_MAX).slice(0, FOUND_ADDRESSES_MAX)
  if (data.length === 0) return undefined
  const common = { class: 'IN', ttl: MDNS_TTL_SECS } as const
  const instance = `${peerId}.${name}`
  const pointer = { ...common, name, type: 'PTR', data: instance } as const
  return {
    answers: [pointer, ...data.map((text) => ({ ...common, name: instance, type: 'TXT', data: text }) as const)],
  }
}

/** @param sender - the address that the packet came from */
export function peerIn(packet: ResponsePacket, { name }: LanService, sender: string): FoundPeer | undefined {
  const claimed = addressesIn(packet, name)
  const peerId = claimed.map(peerOf).find((id) => id !== undefined)
  if (peerId === undefined) return undefined
  const its = claimed.filter((address) => peerOf(address) === peerId)
  return dialablePeer(peerId, addressesOn(its, sender))
}

/**
 * Of these, the ones that make sense on one LAN. The host itself stands first; another address must be a private one, so that no answer makes a
 * whole LAN dial a stranger; and loopback means something only to this machine.
 */
function addressesOn(addresses: readonly Multiaddr[], host: string): Multiaddr[] {
  const direct = addresses.filter((address) => !address.toString().includes('/p2p-circuit'))
  const isHost = (address: Multiaddr): boolean => hostOf(address) === host
  const others = direct.filter((address) => !isHost(address) && isPrivate(address) && !isLoopback(address))
  return [...direct.filter(isHost), ...others]
}

function addressesIn({ answers = [], additionals = [] }: ResponsePacket, name: string): Multiaddr[] {
  const records = [...answers, ...additionals]
  if (!records.some((record) => record.type === 'PTR' && isSameName(record.name, name))) return []
  const texts = records.flatMap((record) => (record.type === 'TXT' && isBelow(record.name, name) ? record.data : []))
  return texts.flatMap((text) => readAddress(text.toString()))
}

function readAddress(text: string): Multiaddr[] {
  if (!text.startsWith(ADDRESS_KEY)) return []
  try {
    return [multiaddr(text.slice(ADDRESS_KEY.length))]
  } catch {
    return []
  }
}

function peerOf(address: Multiaddr): string | undefined {
  const last = address.getComponents().at(-1)
  if (last?.name !== 'p2p' || last.value === undefined) return undefined
  try {
    return peerIdFromString(last.value).toString()
  } catch {
    return undefined
  }
}

/** RFC 1035 §2.3.3: names do not differ by case. */
function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function isBelow(instance: string, name: string): boolean {
  return instance.toLowerCase().endsWith(`.${name.toLowerCase()}`)
}
