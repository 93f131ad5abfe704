// Hooks, and what they failed for.

import { z } from '@hono/zod-openapi'
import { Count, Timestamp } from './values.ts'

/** A hook of this node. */
export const HookShape = z
  .object({
    name: z.string(),
    kind: z.enum(['command', 'webhook']),
    target: z
      .string()
      .openapi({ description: 'The path of a command; the origin of a URL, whose path may hold a secret.' }),
    cursor: Count.openapi({ description: 'Offset up to which every message is finished.' }),
    lag: Count.openapi({ description: 'Entries behind the cursor, those under way among them.' }),
    under_way: Count.openapi({ description: 'Messages that it is called for now.' }),
    delivered: Count,
    skipped: Count.openapi({ description: 'For their age.' }),
    failed: Count.openapi({ description: 'Given up after the last attempt.' }),
    dead_letters: Count.openapi({ description: 'Those that are still kept.' }),
    quiet_until: Timestamp.optional().openapi({ description: 'Its receiver asked for silence until then.' }),
    last_error: z
      .object({ time: Timestamp, reason: z.string() })
      .optional()
      .openapi({ description: 'The last attempt that failed since the node started.' }),
  })
  .openapi('Hook')

/** A message that a hook failed for. */
export const HookLetterShape = z
  .object({
    hash: z.string(),
    author: z.string(),
    attempts: Count,
    reason: z.string(),
    output: z
      .string()
      .openapi({ description: 'The end of what it printed, or the beginning of what its receiver answered.' }),
    failed_at: Timestamp,
  })
  .openapi('HookDeadLetter')

/** {@link HookShape} */
export type HookData = z.infer<typeof HookShape>

/** {@link HookLetterShape} */
export type HookLetterData = z.infer<typeof HookLetterShape>
