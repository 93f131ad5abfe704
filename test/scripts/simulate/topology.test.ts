import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { floodTimes } from '../../../scripts/simulate/bounds.ts'
import { Chance } from '../../../scripts/simulate/chance.ts'
import { Partition } from '../../../scripts/simulate/partition.ts'
import { SHAPES, topologyOf } from '../../../scripts/simulate/topology.ts'
import type { Edge } from '../../../scripts/simulate/topology.ts'

const everybody = () => true

function degreesOf(edges: readonly Edge[], nodes: number): number[] {
  return Array.from({ length: nodes }, (_, node) => edges.filter(({ from, to }) => from === node || to === node).length)
}

describe('a topology', () => {
  test.each(SHAPES)('of shape %s connects everybody, once, and is the same for the same seed', (shape) => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.integer(), (nodes, seed) => {
        const init = { shape, nodes, degree: 4, delayMs: 40 }
        const edges = topologyOf(init, new Chance(seed))
        expect(edges).toEqual(topologyOf(init, new Chance(seed)))
        expect(floodTimes(nodes, edges, everybody)).not.toContain(Number.POSITIVE_INFINITY)
        const pairs = edges.map(({ from, to }) => [from, to].sort((left, right) => left - right).join('-'))
        expect(new Set(pairs).size).toBe(pairs.length)
        expect(edges.every(({ from, to }) => from !== to)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  test('has the degrees of its shape', () => {
    const degrees = (shape: (typeof SHAPES)[number]) =>
      degreesOf(topologyOf({ shape, nodes: 50, degree: 6, delayMs: 40 }, new Chance(1)), 50)
    expect(new Set(degrees('ring'))).toEqual(new Set([2]))
    expect(degrees('line').filter((degree) => degree === 1)).toHaveLength(2)
    expect(Math.max(...degrees('star'))).toBe(49)
    // Two cycles may share an edge.
    expect(degrees('random').every((degree) => degree <= 6 && degree >= 4)).toBe(true)
  })

  test('has delays around the ordinary one, and in geo by distance', () => {
    const delays = topologyOf({ shape: 'random', nodes: 50, degree: 6, delayMs: 40 }, new Chance(1)).map(
      ({ delayMs }) => delayMs,
    )
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(20)
    expect(Math.max(...delays)).toBeLessThan(60)
    const geo = topologyOf({ shape: 'geo', nodes: 50, degree: 6, delayMs: 40 }, new Chance(1)).map(
      ({ delayMs }) => delayMs,
    )
    expect(Math.min(...geo)).toBeLessThan(20)
    expect(Math.max(...geo)).toBeGreaterThan(40)
  })
})

describe('the flood bound', () => {
  const edges: Edge[] = [
    { from: 0, to: 1, delayMs: 10 },
    { from: 1, to: 2, delayMs: 10 },
    { from: 0, to: 2, delayMs: 50 },
  ]

  test('is the time along the quickest paths to the farthest', () => {
    expect(floodTimes(3, edges, everybody)).toEqual([20, 10, 20])
  })

  test('is infinite when somebody is not reached, and leaves out who is no part', () => {
    expect(floodTimes(4, edges, everybody)).toEqual(Array(4).fill(Number.POSITIVE_INFINITY))
    expect(floodTimes(4, edges, (node) => node < 3)).toEqual([20, 10, 20, 0])
  })
})

describe('a partition', () => {
  const line: Edge[] = Array.from({ length: 19 }, (_, node) => ({ from: node, to: node + 1, delayMs: 1 }))
  const partition = new Partition({ nodes: 20, edges: line, beginsAt: 100, lastsMs: 50 }, new Chance(1))
  const pairs = line.map(({ from, to }) => [from, to] as const)
  const cut = pairs.filter(([from, to]) => partition.separates(from, to, 100))

  test('cuts some connections while it lasts, and none before or after', () => {
    expect(cut.length).toBeGreaterThan(0)
    expect(cut.length).toBeLessThan(pairs.length)
    expect(pairs.filter(([from, to]) => partition.separates(from, to, 99))).toEqual([])
    expect(pairs.filter(([from, to]) => partition.separates(from, to, 149))).toEqual(cut)
    expect(pairs.filter(([from, to]) => partition.separates(from, to, 150))).toEqual([])
  })

  test('has separated who could not reach each other by any way, also on one side', () => {
    const [first] = cut
    const beyond = pairs.findIndex(([from]) => from === first?.[0]) + 1
    expect(partition.apartUntil(0, beyond, 149)).toBe(0)
    expect(partition.apartUntil(0, beyond, 150)).toBe(150)
  })

  test('comes again in other halves, and the network is whole in between', () => {
    const twice = new Partition({ nodes: 20, edges: line, beginsAt: 100, lastsMs: 50, times: 2 }, new Chance(1))
    const [first = 0, second = 0] = twice.beginnings
    const cutAt = (now: number) => pairs.filter(([from, to]) => twice.separates(from, to, now))
    expect(cutAt(first)).toEqual(cut)
    expect(cutAt(first + 50)).toEqual([])
    expect(cutAt(second - 1)).toEqual([])
    expect(cutAt(second)).not.toEqual(cut)
    expect(cutAt(second).length).toBeGreaterThan(0)
    expect(twice.healsAt).toBe(second + 50)
    const [from = 0, to = 0] = cut.find(([one, other]) => !twice.separates(one, other, second)) ?? []
    expect(twice.apartUntil(from, to, first + 50)).toBe(first + 50)
  })

  test('of no length separates nobody', () => {
    const none = new Partition({ nodes: 20, edges: line, beginsAt: 100, lastsMs: 0 }, new Chance(1))
    expect(pairs.some(([from, to]) => none.separates(from, to, 100) || none.apartUntil(from, to, 200) > 0)).toBe(false)
  })
})
