// Retention policies, what they would remove, and sweeps.

import { z } from '@hono/zod-openapi'
import { Count, Timestamp } from './values.ts'

/** A retention policy. What is absent is not limited. */
export const PolicyShape = z
  .object({
    id: z.number().int().positive(),
    scope: z.union([
      z.literal('global'),
      z.object({ topic: z.string().optional(), author: z.string().optional(), content_type: z.string().optional() }),
    ]),
    max_age_secs: Count.optional(),
    max_count: Count.optional(),
    max_bytes: Count.optional(),
    compact_key: z.string().optional(),
    include_self: z.boolean(),
    created_at: Timestamp,
  })
  .openapi('RetentionPolicy')

/** What a policy would remove. */
export const PreviewShape = z
  .object({
    messages: Count,
    bytes: Count.openapi({ description: 'Of signed text.' }),
    in_scope: Count.openapi({ description: 'Messages that the policy is about, those included that would stay.' }),
    author_count: Count,
    authors: z
      .array(z.object({ author: z.string(), messages: Count, bytes: Count }))
      .openapi({ description: 'Who would lose most first; the first twenty.' }),
  })
  .openapi('RetentionPreview')

export const SweepShape = z.object({
  at: Timestamp,
  took_ms: Count,
  expired: Count.openapi({ description: 'Messages removed because they had expired.' }),
  surplus: Count.openapi({ description: 'Messages removed because of policies.' }),
  bytes: Count.openapi({ description: 'Of signed text.' }),
})

/** A sweep that was asked for. */
export const SweepingShape = z
  .object({ running: z.boolean(), sweep: SweepShape.optional().openapi({ description: 'When it is done.' }) })
  .openapi('RetentionSweep')

/** {@link PolicyShape} */
export type PolicyData = z.infer<typeof PolicyShape>

/** {@link PreviewShape} */
export type PreviewData = z.infer<typeof PreviewShape>

/** {@link SweepingShape} */
export type SweepingData = z.infer<typeof SweepingShape>

export type SweepData = z.infer<typeof SweepShape>
