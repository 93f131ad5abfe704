import fc from 'fast-check'
import { expect, test } from 'vitest'
import { meshHitsBefore, zipped } from '../../src/memory/merging.ts'
import type { LocalMemoryRow, MeshMemory } from '../../src/memory/index.ts'

/** A hit that is known by its rank. */
function meshHit(rank: number): MeshMemory {
  return { kind: 'mesh', message: { offset: rank } as MeshMemory['message'] } // As: nothing else of it is looked at.
}

function localHit(rank: number): LocalMemoryRow {
  return { kind: 'local', memory: { number: rank } as LocalMemoryRow['memory'] } // As: the same.
}

function nameOf(memory: MeshMemory | LocalMemoryRow): string {
  return memory.kind === 'mesh' ? `m${memory.message.offset}` : `l${memory.memory.number}`
}

function zip(meshCount: number, localCount: number): string[] {
  const ranks = Array.from({ length: Math.max(meshCount, localCount) }, (_, rank) => rank)
  return ranks.flatMap((rank) => [
    ...(rank < meshCount ? [`m${rank}`] : []),
    ...(rank < localCount ? [`l${rank}`] : []),
  ])
}

test('pages of two ranked lists are the zip of both, whatever the sizes', () => {
  const sizes = fc.record({
    meshCount: fc.nat({ max: 12 }),
    localCount: fc.nat({ max: 12 }),
    limit: fc.integer({ min: 1, max: 8 }),
    offset: fc.nat({ max: 26 }),
  })
  fc.assert(
    fc.property(sizes, ({ meshCount, localCount, limit, offset }) => {
      const before = meshHitsBefore(offset, localCount)
      const ranks = Array.from({ length: meshCount }, (_, rank) => rank).slice(before, before + limit)
      const local = Array.from({ length: localCount }, (_, rank) => localHit(rank))
      const page = zipped({ hits: ranks.map(meshHit), before: Math.min(before, meshCount) }, local, { limit, offset })
      expect(page.map(nameOf)).toEqual(zip(meshCount, localCount).slice(offset, offset + limit))
    }),
  )
})
