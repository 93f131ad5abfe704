// Two lists as one. Scores of two indexes cannot be compared: each knows how rare a word is in its own texts alone. Ranks can, so ranked
// lists are merged as a zip: the best of the mesh, the best local one, the second of each, and what is left of the longer.

import { listedTime } from '../projections/index.ts'
import type { Page } from '../projections/index.ts'
import type { LocalMemory } from './local-memory.ts'
import type { LocalMemoryRow, Memory, MeshMemory } from './memory.ts'

/** A part of a list, from the beginning. */
export interface Paging {
  limit: number
  offset: number
}

/** How many hits of the mesh stand in front of those that a page can need, when there are so many local ones. */
export function meshHitsBefore(offset: number, localHits: number): number {
  return Math.max(offset - localHits, Math.min(Math.ceil(offset / 2), localHits))
}

/**
 * A page of the ranked lists, zipped.
 *
 * @param mesh - hits behind the first `before`
 * @param local - all of them
 */
export function zipped(
  mesh: { hits: readonly MeshMemory[]; before: number },
  local: readonly LocalMemoryRow[],
  { limit, offset }: Paging,
): Memory[] {
  const ranked: { rank: number; memory: Memory }[] = [
    ...mesh.hits.map((memory, at) => ({ rank: rankOf(mesh.before + at, local.length, 0), memory })),
    ...local.map((memory, at) => ({ rank: rankOf(at, mesh.before + mesh.hits.length, 1), memory })),
  ]
  const inOrder = ranked.sort((one, other) => one.rank - other.rank)
  return inOrder.filter(({ rank }) => rank >= offset && rank < offset + limit).map(({ memory }) => memory)
}

/** Its place in the zip, when the other list has so many. */
function rankOf(at: number, others: number, turn: 0 | 1): number {
  return at < others ? 2 * at + turn : at + others
}

/** What was taken of each of two lists. */
export interface Newest {
  memories: Memory[]
  meshTaken: number
  localTaken: number
}

/** The newest of both that stand on a page, and how far into each list that page goes. */
export function newestOf(
  mesh: Pick<Page, 'messages' | 'states'>,
  local: readonly LocalMemory[],
  { limit, offset }: Paging,
): Newest {
  const memories: Memory[] = []
  let [meshTaken, localTaken] = [0, 0]
  while (memories.length < offset + limit) {
    const [message, memory] = [mesh.messages[meshTaken], local[localTaken]]
    if (message !== undefined && (memory === undefined || listedTime(message) >= memory.updatedAt)) {
      const state = mesh.states.get(message.offset)
      memories.push({ kind: 'mesh', message, ...(state !== undefined && { state }) })
      meshTaken++
    } else if (memory !== undefined) {
      memories.push({ kind: 'local', memory })
      localTaken++
    } else break
  }
  return { memories: memories.slice(offset), meshTaken, localTaken }
}
