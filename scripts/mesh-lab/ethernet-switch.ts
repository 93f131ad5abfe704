// The switch that all hosts hang on, in user space because many kernels come without netem: it learns which card is where, as a real one
// does, and carries each frame over the line between two hosts, unless a partition has cut it. The time and the waiting are arguments.

import { seededRandom } from '../seeded-random.ts'
import { Line } from './line.ts'
import type { LineSettings } from './line.ts'

export interface SwitchInit {
  ports: number
  /** The same seed and the same frames at the same times: the same losses and delays. */
  seed: number
  line: LineSettings
  clock: () => number
  /** Calls back at a time of the clock; of two at the same time, the one that was asked for first. */
  at: (time: number, deliver: () => void) => void
  /** A frame comes out of a port. */
  deliver: (port: number, frame: Buffer) => void
}

/** What the switch did with frames; one that goes to several hosts counts for each. */
export interface SwitchTraffic {
  delivered: number
  lost: number
  /** Between two sides of a partition. */
  cut: number
}

/** First half of an Ethernet header: to whom, from whom. */
const ADDRESS_BYTES = 6
const HEADER_BYTES = 14

export class EthernetSwitch {
  readonly traffic: SwitchTraffic = { delivered: 0, lost: 0, cut: 0 }
  readonly #init: SwitchInit
  readonly #everybody: readonly number[]
  readonly #lines: Line[]
  readonly #portOf = new Map<string, number>()
  #settings: LineSettings
  /** Per port, its side; absent while there is no partition. */
  #sides: number[] | undefined

  constructor(init: SwitchInit) {
    this.#init = init
    this.#settings = init.line
    this.#everybody = Array.from({ length: init.ports }, (_, port) => port)
    const random = seededRandom(init.seed)
    // Each line has its own chance: what two hosts say to each other does not change the luck of two others.
    this.#lines = Array.from({ length: init.ports ** 2 }, () => new Line(seededRandom(random() * 2 ** 32)))
  }

  /** Other lines from now on; what is under way arrives as it would have. */
  degrade(settings: LineSettings): void {
    this.#settings = settings
  }

  /** Only ports of the same group hear each other; one that is in no group hears nobody. */
  partition(groups: readonly (readonly number[])[]): void {
    const sideOf = (port: number) => groups.findIndex((group) => group.includes(port))
    this.#sides = this.#everybody.map((port) => (sideOf(port) < 0 ? -1 - port : sideOf(port)))
  }

  heal(): void {
    this.#sides = undefined
  }

  /** A frame comes in at a port. */
  receive(from: number, frame: Buffer): void {
    if (frame.length < HEADER_BYTES) return
    const [to, sender] = [frame.subarray(0, ADDRESS_BYTES), frame.subarray(ADDRESS_BYTES, 2 * ADDRESS_BYTES)]
    this.#portOf.set(sender.toString('latin1'), from)
    const known = this.#portOf.get(to.toString('latin1'))
    // To a group, or to a card that has not spoken yet: to everybody.
    const ports = known === undefined ? this.#everybody : [known]
    for (const port of ports) this.#carry(from, port, frame)
  }

  #carry(from: number, to: number, frame: Buffer): void {
    if (from === to) return
    if (this.#sides !== undefined && this.#sides[from] !== this.#sides[to]) {
      this.traffic.cut += 1
      return
    }
    const { clock, at, deliver, ports } = this.#init
    const arrival = this.#lines[from * ports + to]?.arrival(frame.length, clock(), this.#settings)
    if (arrival === undefined) {
      this.traffic.lost += 1
      return
    }
    at(arrival, () => {
      this.traffic.delivered += 1
      deliver(to, frame)
    })
  }
}
