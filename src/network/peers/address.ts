// Addresses as people write them: `host:port` or a multiaddr, with or without the PeerId.

import { isIPv4, isIPv6 } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { isMetadataService } from '../../util/index.ts'
import { NetworkError } from '../errors.ts'
import type { Multiaddr } from '@multiformats/multiaddr'

/** An address that can be dialled, with the one text by which the table knows it. */
export interface PeerAddress {
  /** `host:port` in lower case, or the multiaddr. */
  text: string
  multiaddr: Multiaddr
}

/** RFC 1035 §2.3.4. */
const HOST_NAME_LENGTH_MAX = 253

const ADDRESS_LENGTH_MAX = 512
const PORT_MAX = 65_535
const HOST_AND_PORT = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:/\s]+)):(?<port>[0-9]{1,5})$/
const HOST_NAME = /^(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?$/

/**
 * Reads an address.
 *
 * @throws NetworkError `PEER_ADDRESS_INVALID`
 * @example parsePeerAddress('desk.local:7655').multiaddr.toString() // '/dns/desk.local/tcp/7655'
 */
export function parsePeerAddress(text: string): PeerAddress {
  const trimmed = text.trim()
  if (trimmed.length > ADDRESS_LENGTH_MAX) throw invalid(`${trimmed.slice(0, 40)}…`, 'it is too long')
  return trimmed.startsWith('/') ? parseMultiaddr(trimmed) : parseHostAndPort(trimmed)
}

function parseHostAndPort(text: string): PeerAddress {
  const { six, host = six ?? '', port = '' } = HOST_AND_PORT.exec(text)?.groups ?? {}
  if (host === '') throw invalid(text, 'it is not host:port')
  const number = Number(port)
  if (number < 1 || number > PORT_MAX) throw invalid(text, `port ${port} is not from 1 to ${PORT_MAX}`)
  const name = host.toLowerCase()
  const bracketed = six === undefined ? name : `[${name}]`
  const address = readMultiaddr(`/${familyOf(name, text)}/${name}/tcp/${number}`, text)
  refuseMetadata(address, text)
  return { text: `${bracketed}:${number}`, multiaddr: address }
}

function familyOf(host: string, text: string): 'ip4' | 'ip6' | 'dns' {
  // RFC 4007 zones: node:net knows them, libp2p's TCP does not dial them.
  if (host.includes('%')) throw invalid(text, `${host} has a zone, and those are not supported`)
  if (isIPv4(host)) return 'ip4'
  if (isIPv6(host)) return 'ip6'
  if (/^[0-9.]+$/.test(host)) throw invalid(text, `${host} is not an IPv4 address`)
  if (host.length <= HOST_NAME_LENGTH_MAX && HOST_NAME.test(host)) return 'dns'
  throw invalid(text, `${host} is not a host name`)
}

function parseMultiaddr(text: string): PeerAddress {
  const address = readMultiaddr(text, text)
  const parts = address.getComponents().map(({ name }) => name)
  if (!parts.includes('tcp')) throw invalid(text, 'it has no tcp part')
  refuseMetadata(address, text)
  if (parts.includes('p2p-circuit') && !/\/p2p\/[^/]+\/p2p-circuit\/p2p\/[^/]+$/.test(address.toString())) {
    throw invalid(text, 'through a relay both PeerIds are needed, as in …/p2p/<relay>/p2p-circuit/p2p/<peer>')
  }
  return { text: address.toString(), multiaddr: address }
}

function refuseMetadata(address: Multiaddr, text: string): void {
  const isOne = address.getComponents().some(({ value = '' }) => isMetadataService(value))
  if (isOne) throw invalid(text, 'cloud hosts tell their secrets there')
}

/** `given` is what the person wrote. */
function readMultiaddr(text: string, given: string): Multiaddr {
  try {
    return multiaddr(text)
  } catch (error) {
    throw invalid(given, (error as Error).message)
  }
}

function invalid(found: string, why: string): NetworkError {
  const expected = 'host:port such as 192.168.1.7:7655, or a multiaddr such as /ip4/192.168.1.7/tcp/7655'
  return new NetworkError('PEER_ADDRESS_INVALID', `"${found}" is not a peer address: ${why}. Expected ${expected}.`, {
    found,
    expected,
  })
}
