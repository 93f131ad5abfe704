// A message as every call answers it. Shapes are the schemas of /openapi.json, and the types of handlers, tools and verbs.

import { z } from '@hono/zod-openapi'
import { AuthorName } from './authors.ts'
import { Count, JsonValue, Timestamp } from './values.ts'

/** What became of a message by others of its author: protocols/content/effects.md. */
const EffectShape = z
  .object({
    applied: z
      .boolean()
      .openapi({ description: 'Whether it is in force: shown, or, of a retract, doing what it says.' }),
    reason: z
      .enum([
        'SUPERSEDED',
        'RETRACTED',
        'ERASED',
        'FORKED',
        'NOT_THE_AUTHOR',
        'OTHER_TYPE',
        'ERASURE_IS_FINAL',
        'NOT_A_HASH',
        'TARGET_NOT_HELD',
      ])
      .optional(),
    by: z.string().optional().openapi({ description: 'Hash of the message that decided.' }),
  })
  .openapi({ description: 'Of one message asked for by its hash; of what was found, when it is not in force.' })

/** What others think of a message: of each author but its own the last word counts. */
export const StanceShape = z
  .object({
    score: z.number().int().openapi({ description: 'Endorsements minus disputes.' }),
    endorsements: Count,
    disputes: Count,
    reasons: z
      .array(z.object({ author: z.string(), author_name: AuthorName.optional(), reason: z.string() }))
      .openapi({ description: 'Of the last three disputes, the newest first.' }),
  })
  .openapi({ description: 'Of what was found: how many endorse and how many dispute it.' })

/** A message: the signed fields, then what proves them, then what this node adds. */
export const MessageShape = z
  .object({
    author: z.string(),
    sequence: z.number().int().positive(),
    previous: z.string().nullable(),
    timestamp: Timestamp,
    content: JsonValue.openapi({ description: 'Any JSON value.' }),
    schema_id: z.string().optional(),
    relates: z.string().optional(),
    tags: z.array(z.string()).optional(),
    trace_id: z.string().optional(),
    span_id: z.string().optional(),
    expires_at: Timestamp.optional(),
    hash: z
      .string()
      .openapi({ description: 'SHA-256 of the signed text: the answer up to here with its brace closed.' }),
    signature: z.string().openapi({ description: 'Base64 of Ed25519 over the 64 ASCII characters of hash.' }),
    local: z.object({
      received_at: Timestamp,
      link: z.enum(['linked', 'gapped']),
      flags: z.array(z.enum(['future', 'forked', 'expired', 'superseded', 'retracted', 'erased', 'without_effect'])),
      author_name: z.string().openapi({
        description:
          'How the author is called: the name of its profile, with the short key if others have it too; else the short key.',
      }),
      score: z.number().optional().openapi({ description: 'Search only. Higher is better, within one answer.' }),
      snippet: z.string().optional().openapi({ description: 'Search only.' }),
      effect: EffectShape.optional(),
      stance: StanceShape.optional(),
    }),
  })
  .openapi('Message')

/** {@link MessageShape} */
export type MessageData = z.infer<typeof MessageShape>
