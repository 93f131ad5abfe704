// Times in which the network is in two halves, one after the other, each time in others.

import type { Chance } from './chance.ts'
import type { Edge } from './topology.ts'

export interface PartitionInit {
  nodes: number
  /** Between honest nodes: a message comes no other way. */
  edges: readonly Edge[]
  beginsAt: number
  /** 0 for none. */
  lastsMs: number
  /**
   * How often.
   *
   * @default 1
   */
  times?: number
}

/** How long the network is whole in between: sometimes too short for everything to come through. */
const WHOLE_MS = { least: 500, most: 5_000 }

interface Split {
  beginsAt: number
  healsAt: number
  sides: readonly boolean[]
  /** Which nodes can still reach one another: a half may be in pieces itself. */
  pieces: readonly number[]
}

export class Partition {
  readonly #splits: readonly Split[]

  constructor({ nodes, edges, beginsAt, lastsMs, times = 1 }: PartitionInit, chance: Chance) {
    const splits: Split[] = []
    for (let at = beginsAt; splits.length < times; at += lastsMs + chance.between(WHOLE_MS.least, WHOLE_MS.most)) {
      splits.push({ beginsAt: at, healsAt: at + lastsMs, ...halves(nodes, edges, chance) })
    }
    this.#splits = splits
  }

  get beginnings(): number[] {
    return this.#splits.map(({ beginsAt }) => beginsAt)
  }

  /** When the network is whole for good. */
  get healsAt(): number {
    return Math.max(...this.#splits.map(({ healsAt }) => healsAt))
  }

  /** Whether the connection between these two is cut. */
  separates(one: number, other: number, now: number): boolean {
    return this.#splits.some(
      ({ beginsAt, healsAt, sides }) => now >= beginsAt && now < healsAt && sides[one] !== sides[other],
    )
  }

  /**
   * The last moment up to which nothing that one of them said could have reached the other; 0 while the network has not been whole since.
   */
  apartUntil(one: number, other: number, now: number): number {
    const apart = this.#splits.filter(
      ({ beginsAt, healsAt, pieces }) => healsAt > beginsAt && now >= healsAt && pieces[one] !== pieces[other],
    )
    return Math.max(0, ...apart.map(({ healsAt }) => healsAt))
  }
}

function halves(nodes: number, edges: readonly Edge[], chance: Chance): Pick<Split, 'sides' | 'pieces'> {
  const sides = Array.from({ length: nodes }, () => chance.next() < 0.5)
  const uncut = edges.filter(({ from, to }) => sides[from] === sides[to])
  return { sides, pieces: piecesOf(nodes, uncut) }
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
