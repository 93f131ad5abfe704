// A time in which the network is in two halves.

import type { Chance } from './chance.ts'
import type { Edge } from './topology.ts'

export interface PartitionInit {
  nodes: number
  /** Between honest nodes: a message comes no other way. */
  edges: readonly Edge[]
  beginsAt: number
  /** 0 for none. */
  lastsMs: number
}

export class Partition {
  readonly beginsAt: number
  readonly healsAt: number
  readonly #sides: readonly boolean[]
  /** Which nodes can still reach one another: a half may be in pieces itself. */
  readonly #pieces: readonly number[]

  constructor({ nodes, edges, beginsAt, lastsMs }: PartitionInit, chance: Chance) {
    this.beginsAt = beginsAt
    this.healsAt = beginsAt + lastsMs
    this.#sides = Array.from({ length: nodes }, () => chance.next() < 0.5)
    this.#pieces = piecesOf(
      nodes,
      edges.filter(({ from, to }) => this.#sides[from] === this.#sides[to]),
    )
  }

  /** Whether the connection between these two is cut. */
  separates(one: number, other: number, now: number): boolean {
    return now >= this.beginsAt && now < this.healsAt && this.#sides[one] !== this.#sides[other]
  }

  /** Whether nothing that one of them said could have reached the other before the network was whole again, and it is now. */
  hasSeparated(one: number, other: number, now: number): boolean {
    return this.healsAt > this.beginsAt && now >= this.healsAt && this.#pieces[one] !== this.#pieces[other]
  }
}

/** The number of each node's piece: that of its lowest node. */
function piecesOf(nodes: number, edges: readonly Edge[]): number[] {
  const pieces = Array.from({ length: nodes }, (_, node) => node)
  const pieceOf = (node: number): number => {
    let piece = node
    while (pieces[piece] !== piece) piece = pieces[piece] ?? piece
    return piece
  }
  for (const { from, to } of edges) {
    const [one, other] = [pieceOf(from), pieceOf(to)]
    pieces[Math.max(one, other)] = Math.min(one, other)
  }
  return pieces.map((_, node) => pieceOf(node))
}
