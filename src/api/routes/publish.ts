// POST /v1/publish: what a caller says becomes the next message of our own feed.

import { z } from '@hono/zod-openapi'
import { threadOf } from '../../content/index.ts'
import { CONTENT_BYTES_MAX } from '../../feed/index.ts'
import { PUBLISHES, publish } from '../publishing.ts'
import { canonicalTimeText, hashText } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { JsonValue } from '../shapes/values.ts'
import type { Draft } from '../../feed/index.ts'

/** The original's clients send null for what they leave out. */
const Body = z.object({
  content: JsonValue.openapi({
    description: `Any JSON value, ${CONTENT_BYTES_MAX.toLocaleString('en')} bytes at most. Numbers are signed as they are spelled.`,
  }),
  schema_id: z.string().nullish().openapi({ maxLength: 256 }),
  relates: hashText('INVALID_BODY').nullish(),
  in_reply_to: hashText('INVALID_BODY').nullish().openapi({ description: 'Another name of relates.' }),
  tags: z
    .array(z.string().openapi({ maxLength: 128 }))
    .nullish()
    .openapi({ maxItems: 64 }),
  trace_id: z.string().nullish().openapi({ maxLength: 256 }),
  span_id: z.string().nullish().openapi({ maxLength: 256 }),
  expires_at: canonicalTimeText('INVALID_BODY')
    .nullish()
    .openapi({ type: ['string', 'null'] }),
  encrypt_for: z
    .array(z.string())
    .max(0, { error: 'must be left out: this node cannot encrypt, and everybody can read what is published' })
    .nullish()
    .openapi({
      description: 'Nobody: the original encrypts for those whom it is given, this node refuses to publish.',
    }),
})

export const publishRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/publish',
    summary: 'Publishes a message to our own feed',
    description:
      'The content is any JSON value; one whose `type` this software knows is held against its schema, and answered with warnings where it does not fit. Signed and on disk when this answers. With an `Idempotency-Key` the same body is published once within 24 hours.',
    body: Body,
    ...PUBLISHES,
  },
  (parts, { body, headers }) => publish(parts, draftOf(body), { key: headers['Idempotency-Key'] }),
)

function draftOf(body: z.infer<typeof Body>): Draft {
  const fields = {
    schemaId: body.schema_id,
    relates: body.relates ?? body.in_reply_to ?? threadOf(body.content),
    tags: body.tags,
    traceId: body.trace_id,
    spanId: body.span_id,
    expiresAt: body.expires_at,
  }
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  return { content: body.content, ...Object.fromEntries(given) }
}
