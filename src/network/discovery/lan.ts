// Finds the nodes of our network on the LAN, by mDNS: asks on every network interface who is there, and answers whoever asks.
// One socket an interface, because a single one would speak only where the default route leads, and an isolated LAN has none.

import { networkInterfaces } from 'node:os'
import {
  INTERFACES_CHECK_MS,
  MDNS_ANSWER_PAUSE_MS,
  MDNS_FIRST_PAUSE_MS,
  MDNS_GROUP,
  MDNS_INTERFACES_MAX,
  MDNS_PAUSE_MS_MAX,
} from './constants.ts'
import { answerFrom, asksFor, peerIn, questionFor } from './lan-packets.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { MulticastDNS } from 'multicast-dns'
import type { Logger } from '../../logger.ts'
import type { FoundPeer } from '../peers/index.ts'
import type { LanService } from './lan-packets.ts'

/** What finding on the LAN works with. */
export interface LanComponents {
  /** Where this node listens. */
  addresses: () => readonly Multiaddr[]
  onFound: (peer: FoundPeer) => void
  /** Milliseconds since 1970. */
  clock: () => number
  logger: Logger
}

/** What to look for. */
export interface LanInit {
  /** One for each network key; none of the packets tells of two. */
  services: readonly LanService[]
  /** UDP port, the same on all nodes; 5353 is that of mDNS. */
  port: number
}

type Open = (options: { port: number; ip: string; interface: string; bind: string }) => MulticastDNS

/** Asks, answers, and says who was found. */
export class Lan {
  readonly #components: LanComponents
  readonly #init: LanInit
  readonly #open: Open
  readonly #lines = new Map<string, MulticastDNS>()
  readonly #said = new Set<string>()
  #checking: NodeJS.Timeout | undefined
  #asking: NodeJS.Timeout | undefined

  /** @internal Use {@link openLan}. */
  constructor(components: LanComponents, init: LanInit, open: Open) {
    this.#components = components
    this.#init = init
    this.#open = open
  }

  start(): void {
    this.#checkInterfaces()
    this.#checking = setInterval(() => this.#checkInterfaces(), INTERFACES_CHECK_MS).unref()
    this.#askAgainAfter(MDNS_FIRST_PAUSE_MS)
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    clearInterval(this.#checking)
    clearTimeout(this.#asking)
    const lines = [...this.#lines.values()]
    this.#lines.clear()
    await Promise.all(lines.map(closed))
  }

  #askAgainAfter(pauseMs: number): void {
    const ask = (): void => {
      for (const [address, line] of this.#lines) this.#introduce(address, line)
      this.#askAgainAfter(Math.min(2 * pauseMs, MDNS_PAUSE_MS_MAX))
    }
    this.#asking = setTimeout(ask, pauseMs).unref()
  }

  /** Who was asleep or unplugged hears of us and is heard, whoever asked last. */
  #introduce(address: string, line: MulticastDNS): void {
    for (const service of this.#init.services) {
      line.query(questionFor(service))
      this.#answer(service, address, line)
    }
  }

  #answer(service: LanService, address: string, line: MulticastDNS): void {
    const answer = answerFrom(service, this.#components.addresses(), address)
    if (answer !== undefined) line.respond(answer)
  }

  #checkInterfaces(): void {
    const addresses = addressesOfInterfaces()
    for (const [address, line] of this.#lines) {
      if (!addresses.includes(address)) this.#drop(address, line)
    }
    for (const address of addresses) if (!this.#lines.has(address)) this.#join(address)
  }

  #join(address: string): void {
    const line = this.#open({ port: this.#init.port, ip: MDNS_GROUP, interface: address, bind: '0.0.0.0' })
    this.#lines.set(address, line)
    for (const service of this.#init.services) this.#listen(service, address, line)
    line.on('ready', () => this.#introduce(address, line))
    line.on('warning', (error: Error) =>
      this.#components.logger.debug({ address, reason: error.message }, 'mDNS skipped something'),
    )
    line.on('error', (error: Error) => this.#fail(address, line, error))
  }

  #listen(service: LanService, address: string, line: MulticastDNS): void {
    let answeredAt = Number.NEGATIVE_INFINITY
    line.on('query', (query) => {
      const { clock } = this.#components
      if (!asksFor(query, service) || clock() - answeredAt < MDNS_ANSWER_PAUSE_MS) return
      answeredAt = clock()
      this.#answer(service, address, line)
    })
    line.on('response', (response, { address: sender }) => {
      const found = peerIn(response, service, sender)
      if (found !== undefined) this.#components.onFound(found)
    })
  }

  /** The next check tries again. */
  #fail(address: string, line: MulticastDNS, { message }: Error): void {
    this.#drop(address, line)
    // Said once: an interface that does not do multicast would otherwise fill the log.
    const level = this.#said.has(`${address} ${message}`) ? 'debug' : 'warn'
    this.#said.add(`${address} ${message}`)
    this.#components.logger[level]({ address, port: this.#init.port, reason: message }, 'mDNS cannot be used here')
  }

  #drop(address: string, line: MulticastDNS): void {
    if (this.#lines.get(address) !== line) return
    this.#lines.delete(address)
    line.destroy()
  }
}

/** Loads mDNS; a node that does not look for others on the LAN never pays for it. */
export async function openLan(components: LanComponents, init: LanInit): Promise<Lan> {
  const { default: multicastDns } = await import('multicast-dns')
  return new Lan(components, init, multicastDns)
}

/** One IPv4 address an interface; the loopback comes last, for nodes that share a machine without any network. */
function addressesOfInterfaces(): string[] {
  const first = Object.values(networkInterfaces()).flatMap((all) => all?.find(({ family }) => family === 'IPv4') ?? [])
  const [inner, outer] = [first.filter(({ internal }) => internal), first.filter(({ internal }) => !internal)]
  return [...outer, ...inner].map(({ address }) => address).slice(0, MDNS_INTERFACES_MAX)
}

function closed(line: MulticastDNS): Promise<void> {
  return new Promise((resolve) => line.destroy(resolve))
}
