// What no protocol can beat, computed from the topology alone.
//
// Flood bound: every message crosses every connection the moment it is there, so it reaches a node along the quickest path.
// Anti-entropy bound: nobody is sent what he did not ask for, so each connection on that path is crossed three times: told, asked, answered.

import { Heap } from './heap.ts'
import type { Edge } from './topology.ts'

/** Crossings of a connection for a message that is told of, asked for and sent. */
export const CROSSINGS_OF_A_PULL = 3

/** For each node that is part of it, milliseconds until what it says has reached all others along the quickest of these paths. */
export function floodTimes(nodes: number, edges: readonly Edge[], isPart: (node: number) => boolean): number[] {
  const ways: { to: number; delayMs: number }[][] = Array.from({ length: nodes }, () => [])
  for (const { from, to, delayMs } of edges) {
    ways[from]?.push({ to, delayMs })
    ways[to]?.push({ to: from, delayMs })
  }
  const parts = ways.map((_, node) => node).filter(isPart)
  return ways.map((_, source) => (isPart(source) ? farthest(source, ways, parts) : 0))
}

/** Dijkstra's algorithm; the last node reached is the farthest. Infinity when one is not reached at all. */
function farthest(
  source: number,
  ways: readonly { to: number; delayMs: number }[][],
  parts: readonly number[],
): number {
  const times = new Map<number, number>()
  const border = new Heap<number>()
  border.put(0, source)
  for (let next = border.take(); next !== undefined; next = border.take()) {
    const { time, what: node } = next
    if (times.has(node)) continue
    times.set(node, time)
    for (const { to, delayMs } of ways[node] ?? []) if (!times.has(to)) border.put(time + delayMs, to)
  }
  return parts.every((node) => times.has(node)) ? Math.max(...times.values()) : Number.POSITIVE_INFINITY
}
