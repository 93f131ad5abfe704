// The shapes of memories: a message with what this node knows of it as a memory, or a record of this machine alone.

import { z } from '@hono/zod-openapi'
import { HitShape, MatchShape } from './hit.ts'
import { MessageShape } from './message.ts'
import { Count, JsonValue, Timestamp } from './values.ts'

const HistoryShape = z
  .object({
    first: z
      .string()
      .openapi({ description: 'Hash of the first message of the memory, which it keeps through all versions.' }),
    versions: z
      .array(
        z.object({
          hash: z.string(),
          sequence: z.number().int().positive(),
          state: z.enum(['in_force', 'superseded', 'retracted', 'erased', 'without_effect']),
        }),
      )
      .openapi({ description: 'The latest hundred that are held, the oldest first.' }),
    count: z.number().int().positive().openapi({ description: 'How many are held.' }),
  })
  .openapi({ description: 'Of one memory asked for by its id.' })

const MeshMemoryShape = MessageShape.extend({
  local: HitShape.shape.local
    .partial({ age_secs: true, score: true, snippet: true, stance: true, matched: true })
    .extend({
      visibility: z.literal('mesh').openapi({ description: 'Signed, and held by every node that has heard of it.' }),
      history: HistoryShape.optional(),
    }),
}).openapi('MeshMemory')

const LocalMemoryShape = z
  .object({
    id: z.string().openapi({ example: 'local-17' }),
    content: JsonValue.openapi({ description: 'The same fields as in the mesh.' }),
    tags: z.array(z.string()).optional(),
    expires_at: Timestamp.optional(),
    local: z.object({
      visibility: z.literal('local').openapi({ description: 'On this machine alone: never signed, never sent.' }),
      created_at: Timestamp,
      updated_at: Timestamp,
      age_secs: Count.optional().openapi({ description: 'Search only. Since it was last corrected.' }),
      score: z.number().optional().openapi({ description: 'Search only. Comparable among local memories.' }),
      snippet: z.string().optional().openapi({ description: 'Search only.' }),
      matched: MatchShape.pick({ how: true, filters: true }).optional().openapi({ description: 'Search only.' }),
    }),
  })
  .openapi('LocalMemory')

/** What a search finds: a message, or a memory of this machine. */
export const FoundShape = z
  .union([
    HitShape,
    LocalMemoryShape.extend({
      local: LocalMemoryShape.shape.local.required({ age_secs: true, score: true, snippet: true, matched: true }),
    }).openapi('LocalHit'),
  ])
  .openapi('Found')

export const MemoryShape = z.union([MeshMemoryShape, LocalMemoryShape]).openapi('Memory')

/** {@link MemoryShape} */
export type MemoryData = z.infer<typeof MemoryShape>

export const ForgottenShape = z
  .object({
    forgotten: z.string().openapi({ description: 'Hash of the first message of the memory, or its local id.' }),
    versions: z.number().int().nonnegative().openapi({ description: 'Versions whose text is gone from this node.' }),
    message: z.string().optional().openapi({ description: 'Hash of the message that asks others to forget it too.' }),
    peers: z.enum(['asked', 'never_had_it']).openapi({
      description:
        'asked: other nodes forget it too when they hear of it, as nodes like this one do; nobody can force them.',
    }),
  })
  .openapi('ForgottenMemory')
