// Topics.

import { z } from '@hono/zod-openapi'
import { Count } from './values.ts'

/** A topic that this node keeps. */
export const TopicShape = z.object({ topic: z.string() }).openapi('Topic')

/** A tag that messages held here have. */
export const KnownTopicShape = z
  .object({
    topic: z.string(),
    subscribed: z.boolean().openapi({ description: 'Whether this node keeps it as a topic.' }),
    messages: Count.openapi({ description: 'Messages held here that have it.' }),
  })
  .openapi('KnownTopic')

/** {@link TopicShape} */
export type TopicData = z.infer<typeof TopicShape>

/** {@link KnownTopicShape} */
export type KnownTopicData = z.infer<typeof KnownTopicShape>
