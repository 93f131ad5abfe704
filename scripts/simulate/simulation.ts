// A network of simulated nodes from its first connection until all honest ones hold everything, and what that took.

import { floodTimes } from './bounds.ts'
import { Chance } from './chance.ts'
import { HOSTILITIES } from './hostility.ts'
import { Link } from './link.ts'
import { MessagePool } from './message-pool.ts'
import { SimulatedNode } from './node.ts'
import { Observer } from './observer.ts'
import { Partition } from './partition.ts'
import { DEFAULTS } from './settings.ts'
import { summaryOf } from './summary.ts'
import { topologyOf } from './topology.ts'
import { VirtualClock } from './virtual-clock.ts'
import type { Hostility } from './hostility.ts'
import type { SimulationSettings } from './settings.ts'
import type { Summary } from './summary.ts'
import type { Edge } from './topology.ts'
import type { World } from './world.ts'

/** The network stands before anything is said: connections, first rounds, a mesh after some heartbeats. */
const SETTLED_MS = 5_000

/** The partition begins when some messages are under way. */
const PARTITION_AFTER_MS = 1_000

/** How long a node is away. */
const AWAY_MS = { least: 5_000, most: 20_000 }

/** An insight of ordinary length. */
const TEXT_BYTES = 300

/** No protocol helps there, so there is nothing to be measured. */
const CUT_OFF =
  'Without the hostile nodes the honest ones are not all connected. Take another seed, topology or degree.'

/**
 * Runs to its end. Only the settings decide what comes out.
 *
 * @throws RangeError when hostile nodes cut honest ones off
 */
export function simulate(given: Partial<SimulationSettings> = {}): Summary {
  return new Simulation({ ...DEFAULTS, ...given }).run()
}

class Simulation {
  readonly #settings: SimulationSettings
  readonly #chance: Chance
  readonly #clock = new VirtualClock()
  readonly #partition: Partition
  readonly #observer: Observer
  readonly #nodes: readonly SimulatedNode[]
  readonly #links: readonly Link[]
  readonly #floodTimes: readonly number[]
  #away = 0

  constructor(settings: SimulationSettings) {
    this.#settings = settings
    this.#chance = new Chance(settings.seed)
    const { nodes } = settings
    const hostilities = hostilitiesOf(settings, this.#chance.branch())
    const edges = topologyOf({ ...settings, shape: settings.topology, delayMs: settings.delay }, this.#chance.branch())
    const isHonest = (node: number): boolean => hostilities[node] === undefined
    const between = edges.filter(({ from, to }) => isHonest(from) && isHonest(to))
    this.#floodTimes = floodTimes(nodes, between, isHonest)
    if (this.#floodTimes.includes(Number.POSITIVE_INFINITY)) throw new RangeError(CUT_OFF)
    const beginsAt = SETTLED_MS + PARTITION_AFTER_MS
    const partition = {
      nodes,
      edges: between,
      beginsAt,
      lastsMs: settings.partition * 1000,
      times: settings.partitions,
    }
    this.#partition = new Partition(partition, this.#chance.branch())
    const honest = hostilities.filter((hostility) => hostility === undefined).length
    this.#observer = new Observer(nodes, honest, this.#partition, () => this.#clock.now)
    const pool = new MessagePool()
    const world: World = { settings, clock: this.#clock, pool, observer: this.#observer }
    this.#nodes = hostilities.map(
      (hostility, number) => new SimulatedNode(number, hostility, world, this.#chance.branch()),
    )
    this.#links = edges.map((edge) => this.#link(edge))
  }

  run(): Summary {
    const startedAt = SETTLED_MS
    for (const link of this.#links) this.#clock.after(this.#chance.next() * 1000, () => link.dial())
    this.#planMessages(this.#chance.branch())
    this.#planAbsences(this.#chance.branch())
    for (const beginning of this.#partition.beginnings) this.#clock.at(beginning, () => this.#split())
    const { messages, limit } = this.#settings
    const isOver = (): boolean =>
      this.#observer.complete === messages && this.#clock.now >= this.#partition.healsAt && this.#away === 0
    this.#clock.run(isOver, startedAt + limit * 1000)
    return this.#summary()
  }

  #link({ from, to, delayMs }: Edge): Link {
    const [one, other] = [this.#nodes[from], this.#nodes[to]]
    if (one === undefined || other === undefined) throw new Error('An edge leads nowhere.')
    const { loss } = this.#settings
    const [partition, clock, chance] = [this.#partition, this.#clock, this.#chance.branch()]
    const link = new Link({ from: one, to: other, delayMs, loss: loss / 100, partition, clock, chance })
    one.links.push(link)
    other.links.push(link)
    return link
  }

  #planMessages(chance: Chance): void {
    const honest = this.#honest()
    for (let message = 0; message < this.#settings.messages; message++) {
      const author = honest[chance.below(honest.length)]
      const at = SETTLED_MS + chance.next() * this.#settings.over * 1000
      if (author !== undefined) this.#clock.at(at, () => this.#publish(author, message))
    }
  }

  #publish(author: SimulatedNode, message: number): void {
    // Whoever is away speaks when he is back.
    if (!author.isUp) this.#clock.after(1_000, () => this.#publish(author, message))
    else this.#observer.published(author, author.publish(`message ${message} `.padEnd(TEXT_BYTES, '.')))
  }

  #planAbsences(chance: Chance): void {
    const honest = chance.shuffled(this.#honest())
    const count = Math.round((honest.length * this.#settings.churn) / 100)
    for (const node of honest.slice(0, count)) {
      this.#away++
      const leaves = SETTLED_MS + chance.next() * this.#settings.over * 1000
      this.#clock.at(leaves, () => node.goAway())
      this.#clock.at(leaves + chance.between(AWAY_MS.least, AWAY_MS.most), () => {
        this.#away--
        node.comeBack()
      })
    }
  }

  #split(): void {
    if (this.#settings.partition > 0) for (const link of this.#links) link.cut()
  }

  #honest(): SimulatedNode[] {
    return this.#nodes.filter(({ hostility }) => hostility === undefined)
  }

  #summary(): Summary {
    return summaryOf({
      settings: this.#settings,
      observer: this.#observer,
      honest: this.#honest().map(({ number }) => number),
      floodTimes: this.#floodTimes,
      virtualMs: this.#clock.now - SETTLED_MS,
      events: this.#clock.events,
    })
  }
}

/** Who is hostile, and how: each kind in turn. */
function hostilitiesOf({ nodes, byzantine }: SimulationSettings, chance: Chance): (Hostility | undefined)[] {
  const count = Math.round((nodes * byzantine) / 100)
  const hostile = chance.shuffled(Array.from({ length: nodes }, (_, node) => node)).slice(0, count)
  const offset = chance.below(HOSTILITIES.length)
  return Array.from({ length: nodes }, (_, node) => {
    const at = hostile.indexOf(node)
    return at < 0 ? undefined : HOSTILITIES[(at + offset) % HOSTILITIES.length]
  })
}
