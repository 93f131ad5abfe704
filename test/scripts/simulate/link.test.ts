import { describe, expect, test } from 'vitest'
import { Chance } from '../../../scripts/simulate/chance.ts'
import { Link } from '../../../scripts/simulate/link.ts'
import { Partition } from '../../../scripts/simulate/partition.ts'
import { VirtualClock } from '../../../scripts/simulate/virtual-clock.ts'
import type { SimulatedNode } from '../../../scripts/simulate/node.ts'

/** What a link knows of its ends. */
interface End {
  number: number
  isUp: boolean
  events: string[]
  welcomes: () => boolean
  connected: () => void
  disconnected: () => void
}

function endOf(number: number, clock: VirtualClock): End {
  const events: string[] = []
  const note = (what: string) => () => void events.push(`${what} at ${Math.round(clock.now)}`)
  return { number, isUp: true, events, welcomes: () => true, connected: note('up'), disconnected: note('down') }
}

/** A link of 50 ms between two ends, apart for a while if so wished. */
function openLink({ loss = 0, apartFrom = 0, apartFor = 0, seed = 1 } = {}) {
  const clock = new VirtualClock()
  const ends = [endOf(0, clock), endOf(1, clock)] as const
  const partition = partitionBetween(apartFrom, apartFor)
  const [from, to] = ends as unknown as [SimulatedNode, SimulatedNode] // A link looks at nothing else of them.
  const link = new Link({ from, to, delayMs: 50, loss, partition, clock, chance: new Chance(seed) })
  const run = (until: number) => clock.run(() => false, until)
  return { link, clock, ends, from, to, run }
}

/** The first by seed that puts the two on different sides. */
function partitionBetween(beginsAt: number, lastsMs: number): Partition {
  for (let seed = 1; ; seed++) {
    const partition = new Partition({ nodes: 2, edges: [], beginsAt, lastsMs }, new Chance(seed))
    if (lastsMs === 0 || partition.separates(0, 1, beginsAt)) return partition
  }
}

describe('a link', () => {
  test('stands some round trips after the dial, and carries both ways with its delay', () => {
    const { link, clock, ends, from, to, run } = openLink()
    link.dial()
    run(599)
    expect(link.isUp).toBe(false)
    run(600)
    expect(ends.map(({ events }) => events)).toEqual([['up at 600'], ['up at 600']])
    const came: string[] = []
    link.carry(from, 100, () => came.push(`there at ${clock.now}`))
    link.carry(to, 100, () => came.push(`back at ${clock.now}`))
    run(1_000)
    expect(came).toEqual(['there at 650', 'back at 650'])
  })

  test('that loses packets stalls, and everything behind waits: order stays', () => {
    const { link, clock, from, run } = openLink({ loss: 0.3 })
    link.dial()
    run(600)
    const came: [number, number][] = []
    for (let at = 0; at < 200; at++) {
      const sentAt = 600 + at * 100
      clock.at(sentAt, () => link.carry(from, 100, () => came.push([at, clock.now - sentAt])))
    }
    run(100_000)
    expect(came.map(([at]) => at)).toEqual(Array.from({ length: 200 }, (_, at) => at))
    expect(came.filter(([, took]) => Math.round(took) === 50).length).toBeGreaterThan(50)
    expect(came.filter(([, took]) => took >= 249).length).toBeGreaterThan(50)
  })

  test('brings after a short partition what was sent in it, when TCP tries again', () => {
    const { link, clock, from, run } = openLink({ apartFrom: 1_000, apartFor: 3_000 })
    link.dial()
    run(999)
    const came: number[] = []
    clock.at(1_100, () => link.carry(from, 100, () => came.push(clock.now)))
    clock.at(1_200, () => link.carry(from, 100, () => came.push(clock.now)))
    run(10_000)
    // Tried again 200, 600, 1,400 and 3,000 ms after the first bytes.
    expect(came).toEqual([4_150, 4_150])
  })

  test('closes in a long partition when a ping is not answered, and is dialled again after it', () => {
    const { link, ends, run } = openLink({ apartFrom: 1_000, apartFor: 60_000 })
    link.dial()
    run(1_000)
    link.cut()
    run(26_000)
    expect(link.isUp).toBe(false)
    expect(ends[0].events).toHaveLength(2)
    run(90_000)
    expect(link.isUp).toBe(true)
    expect(Number(ends[0].events[2]?.slice('up at '.length))).toBeGreaterThan(61_000)
  })

  test('loses with the connection what was under way', () => {
    const { link, from, run } = openLink()
    link.dial()
    run(600)
    const came: string[] = []
    link.carry(from, 100, () => came.push('never'))
    link.close()
    link.carry(from, 100, () => came.push('never either'))
    run(5_000)
    expect(came).toEqual([])
    expect(link.isUp).toBe(true)
  })

  test('is not dialled by who is away, nor taken by who does not welcome', () => {
    const { link, ends, run } = openLink()
    ends[1].welcomes = () => false
    link.dial()
    run(5_000)
    expect(link.isUp).toBe(false)
    ends[0].isUp = false
    run(10_000)
    ends[1].welcomes = () => true
    run(20_000)
    expect(link.isUp).toBe(false)
    ends[0].isUp = true
    link.dial()
    run(25_000)
    expect(link.isUp).toBe(true)
  })
})
