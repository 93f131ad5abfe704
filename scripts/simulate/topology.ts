// Who is connected to whom, and how far apart.

import type { Chance } from './chance.ts'

export const SHAPES = ['ring', 'line', 'star', 'random', 'geo'] as const

export type Shape = (typeof SHAPES)[number]

/** A connection between two nodes; the first one dials. */
export interface Edge {
  from: number
  to: number
  /** One way, in milliseconds. */
  delayMs: number
}

export interface TopologyInit {
  shape: Shape
  nodes: number
  /** Connections of each node, in shapes that leave it open. */
  degree: number
  /** Of an ordinary connection, one way; each has between half and one and a half times that. */
  delayMs: number
}

/** Makes a network in which everybody reaches everybody. */
export function topologyOf({ shape, nodes, degree, delayMs }: TopologyInit, chance: Chance): Edge[] {
  const points = Array.from({ length: nodes }, () => ({ x: chance.next(), y: chance.next() }))
  const edges = new Map<string, Edge>()
  for (const [one, two] of pairsOf({ shape, nodes, degree }, points, chance)) {
    const key = one < two ? `${one}-${two}` : `${two}-${one}`
    const far = shape === 'geo' ? 2 * distance(points[one], points[two]) : 1
    if (one !== two && !edges.has(key)) {
      edges.set(key, { from: one, to: two, delayMs: delayMs * far * chance.between(0.5, 1.5) })
    }
  }
  return [...edges.values()]
}

interface Point {
  x: number
  y: number
}

function* pairsOf(
  { shape, nodes, degree }: Omit<TopologyInit, 'delayMs'>,
  points: readonly Point[],
  chance: Chance,
): Generator<[number, number]> {
  const all = points.map((_, node) => node)
  switch (shape) {
    case 'line':
      for (let node = 1; node < nodes; node++) yield [node - 1, node]
      return
    case 'ring':
      return yield* cycle(all)
    case 'star':
      for (let node = 1; node < nodes; node++) yield [node, 0]
      return
    case 'random':
      // Cycles through everybody in random orders: connected, and of the same degree for all.
      for (let round = 0; round < degree / 2; round++) yield* cycle(chance.shuffled(all))
      return
    case 'geo':
      // Neighbours, and one cycle of far acquaintances that holds all together.
      for (const node of all) for (const other of nearest(node, points, degree / 2)) yield [node, other]
      yield* cycle(chance.shuffled(all))
  }
}

function* cycle(nodes: readonly number[]): Generator<[number, number]> {
  for (const [at, node] of nodes.entries()) yield [node, nodes[(at + 1) % nodes.length] ?? node]
}

function nearest(node: number, points: readonly Point[], count: number): number[] {
  return points
    .map((point, other) => ({ other, away: distance(points[node], point) }))
    .sort((left, right) => left.away - right.away || left.other - right.other)
    .slice(1, 1 + count)
    .map(({ other }) => other)
}

function distance(one: Point | undefined, two: Point | undefined): number {
  return Math.hypot((one?.x ?? 0) - (two?.x ?? 0), (one?.y ?? 0) - (two?.y ?? 0))
}
