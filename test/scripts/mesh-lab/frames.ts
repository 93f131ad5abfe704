// Ethernet frames between cards of the lab, written by hand.

import { addressed, bytesOf, cardOf, PROTOCOL } from '../../../scripts/mesh-lab/packet.ts'

const EVERYBODY = Buffer.alloc(6, 0xff)
const PAYLOAD = Buffer.from('something odd')
const PAYLOAD_AT = 34

export interface Ends {
  source: string
  sourcePort: number
  destination: string
  destinationPort: number
  /** Whose card sends it, if not the source's. */
  from?: string
}

/** An IPv4 packet whose checksums are right; for ICMP an echo with the port that is not 4000 as its number. */
export function ipFrame(protocol: 'tcp' | 'udp' | 'icmp', ends: Ends): Buffer {
  const number = { tcp: PROTOCOL.TCP, udp: PROTOCOL.UDP, icmp: PROTOCOL.ICMP }[protocol]
  const body = { tcp: tcpBody, udp: udpBody, icmp: icmpBody }[protocol](ends)
  const header = Buffer.alloc(20)
  header.writeUInt16BE(0x4500)
  header.writeUInt16BE(header.length + body.length, 2)
  header.writeUInt16BE(0x4000, 6) // In one piece.
  header.writeUInt8(64, 8)
  header.writeUInt8(number, 9)
  bytesOf(ends.source).copy(header, 12)
  bytesOf(ends.destination).copy(header, 16)
  header.writeUInt16BE(checksum([header]), 10)
  const at = { tcp: 16, udp: 6, icmp: 2 }[protocol]
  body.writeUInt16BE(checksum(covered(header, body)), at)
  const frame = Buffer.concat([Buffer.alloc(12), Buffer.from([0x08, 0x00]), header, body])
  return addressed(frame, cardOf(bytesOf(ends.destination)), cardOf(bytesOf(ends.from ?? ends.source)))
}

export function arpFrame(ask: { asks: string; for: string } | { answers: string; as: string }): Buffer {
  const [operation, sender, target] = 'asks' in ask ? [1, ask.asks, ask.for] : [2, ask.as, ask.answers]
  const [senderCard, targetCard] = [
    cardOf(bytesOf(sender)),
    operation === 1 ? Buffer.alloc(6) : cardOf(bytesOf(target)),
  ]
  const frame = Buffer.concat([
    Buffer.alloc(12),
    Buffer.from([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, operation]),
    senderCard,
    bytesOf(sender),
    targetCard,
    bytesOf(target),
  ])
  return addressed(frame, operation === 1 ? EVERYBODY : targetCard, senderCard)
}

/** Over a sum that includes its own checksum, RFC 1071 gives nought. */
export function checksumsAreRight(frame: Buffer | undefined): boolean {
  if (frame === undefined) return false
  const [header, body] = [frame.subarray(14, PAYLOAD_AT), frame.subarray(PAYLOAD_AT)]
  return checksum([header]) === 0 && checksum(covered(header, body)) === 0
}

function tcpBody({ sourcePort, destinationPort }: Ends): Buffer {
  const body = Buffer.concat([Buffer.alloc(20), PAYLOAD])
  body.writeUInt16BE(sourcePort)
  body.writeUInt16BE(destinationPort, 2)
  return body
}

function udpBody({ sourcePort, destinationPort }: Ends): Buffer {
  const body = Buffer.concat([Buffer.alloc(8), PAYLOAD])
  body.writeUInt16BE(sourcePort)
  body.writeUInt16BE(destinationPort, 2)
  body.writeUInt16BE(body.length, 4)
  return body
}

function icmpBody({ sourcePort, destinationPort }: Ends): Buffer {
  const body = Buffer.concat([Buffer.from([8, 0, 0, 0]), Buffer.alloc(4), PAYLOAD])
  body.writeUInt16BE(Math.max(sourcePort, destinationPort), 4)
  return body
}

/** RFC 793, RFC 768: what the checksum of a payload covers besides it; for ICMP nothing. */
function covered(header: Buffer, body: Buffer): Buffer[] {
  if (header.readUInt8(9) === PROTOCOL.ICMP) return [body]
  const pseudo = Buffer.concat([header.subarray(12, 20), Buffer.from([0, header.readUInt8(9), 0, body.length])])
  return [pseudo, body]
}

/** RFC 1071. */
function checksum(parts: readonly Buffer[]): number {
  const bytes = Buffer.concat([...parts, Buffer.alloc(Buffer.concat(parts).length % 2)])
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
