// The parts of Ethernet, ARP and IPv4 that a router touches.

/** RFC 894, RFC 826. */
export const ETHERNET = { IPV4: 0x0800, ARP: 0x0806, HEADER_BYTES: 14, ADDRESS_BYTES: 6 } as const

/** RFC 791, section 3.1. */
export const PROTOCOL = { ICMP: 1, TCP: 6, UDP: 17 } as const

const ARP = { BYTES: 42, OPERATION: 20, SENDER_CARD: 22, SENDER: 28, TARGET_CARD: 32, TARGET: 38, REQUEST: 1, REPLY: 2 }
const IPV4 = { BYTES_MIN: 34, FRAGMENT: 20, PROTOCOL: 23, CHECKSUM: 24, SOURCE: 26, DESTINATION: 30 }

/** Everything but a first and only fragment has one of these bits. */
const FRAGMENT_BITS = 0x3fff

/** Where the checksum of a payload stands that covers the addresses too. */
const CHECKSUM_AT: Readonly<Record<number, number>> = { [PROTOCOL.TCP]: 16, [PROTOCOL.UDP]: 6 }

/** Address of a card in the lab: the one that belongs to its IPv4 address, so that a router need not ask. */
export function cardOf(address: Buffer): Buffer {
  return Buffer.from([0x02, 0, ...address])
}

export function bytesOf(address: string): Buffer {
  return Buffer.from(address.split('.').map(Number))
}

export function typeOf(frame: Buffer): number {
  return frame.length < ETHERNET.HEADER_BYTES ? 0 : frame.readUInt16BE(2 * ETHERNET.ADDRESS_BYTES)
}

/** The answer to a request for the card of an address; undefined when the frame is none. */
export function arpReply(frame: Buffer, address: Buffer): Buffer | undefined {
  if (frame.length < ARP.BYTES || frame.readUInt16BE(ARP.OPERATION) !== ARP.REQUEST) return undefined
  if (!frame.subarray(ARP.TARGET, ARP.BYTES).equals(address)) return undefined
  const card = cardOf(address)
  const reply = Buffer.from(frame.subarray(0, ARP.BYTES))
  reply.writeUInt16BE(ARP.REPLY, ARP.OPERATION)
  frame.copy(reply, ARP.TARGET_CARD, ARP.SENDER_CARD, ARP.TARGET_CARD)
  card.copy(reply, ARP.SENDER_CARD)
  address.copy(reply, ARP.SENDER)
  return addressed(reply, frame.subarray(ETHERNET.ADDRESS_BYTES, 2 * ETHERNET.ADDRESS_BYTES), card)
}

/** What a router reads of a packet. */
export interface Packet {
  protocol: number
  source: Buffer
  destination: Buffer
  /** Of the echo for ICMP: it stands for both ports. */
  sourcePort: number
  destinationPort: number
}

/** Undefined for what has no ports, no echo, or comes in fragments. */
export function readPacket(frame: Buffer): Packet | undefined {
  if (frame.length < IPV4.BYTES_MIN || (frame.readUInt16BE(IPV4.FRAGMENT) & FRAGMENT_BITS) !== 0) return undefined
  const start = payloadOf(frame)
  if (frame.length < start + 8) return undefined
  const protocol = frame.readUInt8(IPV4.PROTOCOL)
  const source = frame.subarray(IPV4.SOURCE, IPV4.SOURCE + 4)
  const destination = frame.subarray(IPV4.DESTINATION, IPV4.DESTINATION + 4)
  if (protocol === PROTOCOL.ICMP) {
    const echo = frame.readUInt16BE(start + 4)
    return { protocol, source, destination, sourcePort: echo, destinationPort: echo }
  }
  if (protocol !== PROTOCOL.TCP && protocol !== PROTOCOL.UDP) return undefined
  const [sourcePort, destinationPort] = [frame.readUInt16BE(start), frame.readUInt16BE(start + 2)]
  return { protocol, source, destination, sourcePort, destinationPort }
}

/** The same packet with another source or destination, and the checksums that belong to it. */
export function readdressed(frame: Buffer, end: 'source' | 'destination', address: Buffer): Buffer {
  const changed = Buffer.from(frame)
  const at = end === 'source' ? IPV4.SOURCE : IPV4.DESTINATION
  const before = frame.subarray(at, at + 4)
  address.copy(changed, at)
  adjust(changed, IPV4.CHECKSUM, before, address)
  const checksum = CHECKSUM_AT[frame.readUInt8(IPV4.PROTOCOL)]
  if (checksum !== undefined) adjust(changed, payloadOf(frame) + checksum, before, address)
  return changed
}

/** The same frame from card to card. */
export function addressed(frame: Buffer, to: Buffer, from: Buffer): Buffer {
  to.copy(frame, 0)
  from.copy(frame, ETHERNET.ADDRESS_BYTES)
  return frame
}

function payloadOf(frame: Buffer): number {
  return ETHERNET.HEADER_BYTES + (frame.readUInt8(ETHERNET.HEADER_BYTES) & 0x0f) * 4
}

/** RFC 1624, equation 3: a checksum after four of its bytes have changed. */
function adjust(frame: Buffer, at: number, before: Buffer, after: Buffer): void {
  const checksum = frame.readUInt16BE(at)
  let sum = ~checksum & 0xffff
  for (const half of [0, 2]) sum += (~before.readUInt16BE(half) & 0xffff) + after.readUInt16BE(half)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  frame.writeUInt16BE(~sum & 0xffff, at)
}
