// A home router with one host behind it: what the host sends leaves under the router's address, and only answers come back. Ports stay as
// they are, as routers keep them where they can, so two hosts behind two routers can meet by dialling at the same time.

import { addressed, arpReply, bytesOf, cardOf, ETHERNET, readdressed, readPacket, typeOf } from './packet.ts'
import type { Packet } from './packet.ts'

/** IPv4 addresses. */
export interface RouterInit {
  /** Of the host behind it. */
  host: string
  /** Its own, towards the host. */
  gateway: string
  /** Its own, towards everybody. */
  outside: string
}

/** What a router sends because of a frame. */
export interface Routed {
  toHost?: Buffer
  toSwitch?: Buffer
}

/** IPv4 addresses from here on are of groups, or of everybody. */
const FIRST_GROUP = 224

export class Router {
  readonly #host: Buffer
  readonly #gateway: Buffer
  readonly #outside: Buffer
  /** What the host has spoken to. It grows with the lab and ends with it. */
  readonly #spokenTo = new Set<string>()

  constructor({ host, gateway, outside }: RouterInit) {
    this.#host = bytesOf(host)
    this.#gateway = bytesOf(gateway)
    this.#outside = bytesOf(outside)
  }

  /** A frame of the host. */
  fromHost(frame: Buffer): Routed {
    const type = typeOf(frame)
    if (type === ETHERNET.ARP) return routed('toHost', arpReply(frame, this.#gateway))
    const packet = type === ETHERNET.IPV4 ? readPacket(frame) : undefined
    if (packet === undefined || (packet.destination[0] ?? 0) >= FIRST_GROUP) return {}
    const { protocol, destination, sourcePort, destinationPort } = packet
    this.#spokenTo.add(conversation(protocol, sourcePort, destination, destinationPort))
    const out = readdressed(frame, 'source', this.#outside)
    return { toSwitch: addressed(out, cardOf(destination), cardOf(this.#outside)) }
  }

  /** A frame from the switch. */
  fromSwitch(frame: Buffer): Routed {
    const type = typeOf(frame)
    if (type === ETHERNET.ARP) return routed('toSwitch', arpReply(frame, this.#outside))
    const packet = type === ETHERNET.IPV4 ? readPacket(frame) : undefined
    if (packet === undefined || !this.#isAnswer(packet)) return {}
    const inside = readdressed(frame, 'destination', this.#host)
    return { toHost: addressed(inside, cardOf(this.#host), cardOf(this.#gateway)) }
  }

  #isAnswer({ protocol, source, destination, sourcePort, destinationPort }: Packet): boolean {
    if (!destination.equals(this.#outside)) return false
    return this.#spokenTo.has(conversation(protocol, destinationPort, source, sourcePort))
  }
}

function routed(direction: keyof Routed, frame: Buffer | undefined): Routed {
  return frame === undefined ? {} : { [direction]: frame }
}

function conversation(protocol: number, ourPort: number, their: Buffer, theirPort: number): string {
  return `${protocol}:${ourPort}:${their.join('.')}:${theirPort}`
}
