// A memory as an agent sees it in a list: enough to tell whether to fetch it whole.

import { z } from '@hono/zod-openapi'
import { parseTimestamp } from '../../feed/index.ts'
import { WORD_BYTES_MAX } from './constants.ts'
import { ageOf, gistOf, IndexEntryShape, indexEntry, shortened } from './shown-message.ts'
import type { MemoryData } from '../shapes/memories.ts'

export const MemoryEntryShape = IndexEntryShape.omit({ hash: true, type: true })
  .partial({ author: true })
  .extend({
    id: z.string().describe('For get, supersede and forget.'),
    visibility: z.enum(['mesh', 'local']).describe('local: on this machine alone.'),
    category: z.string().optional(),
    project: z.string().optional(),
  })

export type MemoryEntry = z.infer<typeof MemoryEntryShape>

/**
 * @param json - as the list of memories answers it
 * @param now - milliseconds since 1970
 */
export function memoryEntry(json: string, now: number): MemoryEntry {
  const memory = JSON.parse(json) as MemoryData // As: this node's own text.
  const { category, project } = memory.content as Readonly<Record<string, unknown>> // As: what has a type is an object.
  const place = { ...shortened('category', category, WORD_BYTES_MAX), ...shortened('project', project, WORD_BYTES_MAX) }
  if ('id' in memory) {
    const { id, content, local } = memory
    const { type: _, ...gist } = gistOf(content, local)
    return { id, visibility: 'local', age: ageOf(parseTimestamp(local.updated_at), now), ...place, ...gist }
  }
  const { hash, type: _, ...entry } = indexEntry(memory, now)
  return { id: hash, visibility: 'mesh', ...place, ...entry }
}
