// A connection between two nodes, and the dialling of it. Streams of egregore are TCP: what the network loses is sent again, so loss is a stall,
// and everything behind it waits. Bytes arrive in order or not at all.

import { waitBeforeRetry } from '../../src/network/peers/backoff.ts'
import type { Chance } from './chance.ts'
import type { SimulatedNode } from './node.ts'
import type { Partition } from './partition.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Ethernet's 1,500 without headers. */
const PACKET_BYTES = 1_400

/** RFC 6298: the retransmission timer starts no lower on Linux, and doubles each time. */
const RETRANSMIT_MS_MIN = 200

/** TCP, Noise, the capability gate, yamux and identify. */
const CONNECT_ROUND_TRIPS = 6

/** A dial into a partition: Linux asks again after one, three and seven seconds, and libp2p gives up after ten. */
const DIAL_AGAIN_MS = [1_000, 3_000, 7_000]
const DIAL_TIMEOUT_MS = 10_000

/** libp2p pings each connection so often, and gives it up after so long without an answer: PING_TIMEOUT_MIN_MS of src/network/node.ts. */
const PING_EVERY_MS = 10_000
const PING_TIMEOUT_MS = 15_000

export interface LinkInit {
  /** Dials. */
  from: SimulatedNode
  to: SimulatedNode
  /** One way. */
  delayMs: number
  /** Share of packets that are lost. */
  loss: number
  partition: Partition
  clock: VirtualClock
  chance: Chance
}

export class Link {
  readonly #init: LinkInit
  #isUp = false
  /** Changes when the connection closes: what was under way never arrives. */
  #epoch = 0
  /** When the bytes before arrive, in each direction. */
  readonly #lastArrival: [number, number] = [0, 0]
  /** When the first bytes left that the partition keeps from arriving, in each direction. */
  readonly #stuckSince: [number, number] = [Number.NaN, Number.NaN]
  #failures = 0
  #isDialling = false

  constructor(init: LinkInit) {
    this.#init = init
  }

  get isUp(): boolean {
    return this.#isUp
  }

  other(node: SimulatedNode): SimulatedNode {
    return node === this.#init.from ? this.#init.to : this.#init.from
  }

  /** Dials until the connection stands. */
  dial(): void {
    if (this.#isUp || this.#isDialling) return
    this.#isDialling = true
    const { from, to, delayMs, partition, clock } = this.#init
    const isHeard = (ms: number): boolean => !partition.separates(from.number, to.number, clock.now + ms)
    const heardAfter = [0, ...DIAL_AGAIN_MS].find(isHeard)
    if (heardAfter === undefined) clock.after(DIAL_TIMEOUT_MS, () => this.#failed())
    else clock.after(heardAfter + CONNECT_ROUND_TRIPS * 2 * delayMs, () => this.#connected())
  }

  /** Both ends hear of it. */
  close(): void {
    if (!this.#isUp) return
    this.#isUp = false
    this.#epoch++
    this.#lastArrival.fill(0)
    this.#stuckSince.fill(Number.NaN)
    const { from, to, clock, chance } = this.#init
    from.disconnected(this)
    to.disconnected(this)
    clock.after(waitBeforeRetry(this.#failures, chance.next), () => this.dial())
  }

  /** The network falls apart: the next ping may not come through in time. */
  cut(): void {
    const { clock, chance } = this.#init
    const epoch = this.#epoch
    clock.after(chance.next() * PING_EVERY_MS, () => {
      if (epoch !== this.#epoch || !this.#isUp) return
      let isAnswered = false
      this.carry(this.#init.from, 0, () => {
        isAnswered = true
      })
      clock.after(PING_TIMEOUT_MS, () => {
        if (epoch === this.#epoch && !isAnswered) this.close()
      })
    })
  }

  /** Brings bytes to the other end, or loses them with the connection. */
  carry(from: SimulatedNode, bytes: number, deliver: () => void): void {
    if (!this.#isUp) return
    const { delayMs, clock } = this.#init
    const direction = from === this.#init.from ? 0 : 1
    const epoch = this.#epoch
    const arrival = Math.max(this.#lastArrival[direction], this.#leavesAt(direction) + delayMs + this.#stallMs(bytes))
    this.#lastArrival[direction] = arrival
    clock.at(arrival, () => {
      if (epoch === this.#epoch) deliver()
    })
  }

  /** While the network is apart nothing leaves. What waits is tried again when the timer of the first bytes runs out. */
  #leavesAt(direction: 0 | 1): number {
    const { from, to, partition, clock } = this.#init
    if (!partition.separates(from.number, to.number, clock.now)) return clock.now
    if (Number.isNaN(this.#stuckSince[direction])) this.#stuckSince[direction] = clock.now
    let [triedAt, timer] = [this.#stuckSince[direction], this.#retransmitMs]
    while (partition.separates(from.number, to.number, triedAt)) {
      triedAt += timer
      timer *= 2
    }
    return triedAt
  }

  /** How long the first retransmission waits. */
  get #retransmitMs(): number {
    return Math.max(RETRANSMIT_MS_MIN, 4 * this.#init.delayMs)
  }

  #stallMs(bytes: number): number {
    const { loss, chance } = this.#init
    if (loss === 0) return 0
    const whole = (1 - loss) ** Math.ceil(bytes / PACKET_BYTES)
    let [stall, timer] = [0, this.#retransmitMs]
    for (let share = whole; chance.next() >= share; share = 1 - loss) {
      stall += timer
      timer *= 2
    }
    return stall
  }

  #connected(): void {
    const { from, to, partition, clock } = this.#init
    const isCut = partition.separates(from.number, to.number, clock.now)
    if (isCut || !from.welcomes(to) || !to.welcomes(from)) {
      this.#failed()
      return
    }
    this.#isDialling = false
    this.#failures = 0
    this.#isUp = true
    from.connected(this)
    to.connected(this)
  }

  #failed(): void {
    this.#isDialling = false
    const { from, clock, chance } = this.#init
    // Whoever is away dials when he is back.
    if (!from.isUp) return
    clock.after(waitBeforeRetry(this.#failures, chance.next), () => this.dial())
    this.#failures++
  }
}
