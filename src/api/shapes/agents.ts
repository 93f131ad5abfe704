// Agents, and how they say they are.

import { z } from '@hono/zod-openapi'
import { Count, Timestamp } from './values.ts'

const Load = z.number().min(0).max(1)

/** An agent, or a node. */
export const AgentShape = z
  .object({
    author: z.string(),
    name: z
      .string()
      .openapi({ description: 'With the short key when others are called so too, or when it has no card.' }),
    agent: z.string().optional().openapi({ description: 'Which of several agents of a node; left out for the node.' }),
    description: z.string().optional(),
    capabilities: z.array(z.string()),
    role: z.string().optional(),
    host: z.string().optional(),
    profile: z.string().optional().openapi({ description: 'Hash of the profile; left out when there is none.' }),
    online: z.boolean().openapi({ description: 'Whether its node was heard of within the last 90 s.' }),
    status: z.string().optional().openapi({ description: 'Its own word, else that of its node. While online.' }),
    status_text: z.string().optional(),
    load: Load.optional(),
    last_seen: Timestamp.optional().openapi({ description: 'When its node was heard of. While online.' }),
    self: z.boolean().openapi({ description: 'Whether it is on this node.' }),
  })
  .openapi('Agent')

/** How a node or an agent says that it is. */
export const PresenceShape = z
  .object({
    agent: z.string().optional(),
    status: z.string(),
    status_text: z.string().optional(),
    load: Load.optional(),
    ttl_secs: Count,
  })
  .openapi('Presence')

/** {@link AgentShape} */
export type AgentData = z.infer<typeof AgentShape>
