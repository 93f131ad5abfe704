// POST and GET /v1/messages: words to somebody, or to everybody.

import { z } from '@hono/zod-openapi'
import { SEVERITIES } from '../../projections/index.ts'
import { MESSAGES_DEFAULT } from '../constants.ts'
import {
  Addressees,
  addresseesMeant,
  bytesText,
  draftOf,
  ENVELOPE_FIELDS,
  Metadata,
  Slug,
  shortText,
} from '../mail-bodies.ts'
import { messageText } from '../message-text.ts'
import { PUBLISHES, publish } from '../publishing.ts'
import { authorText, hashText, limit, Offset } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { MessageShape } from '../shapes/message.ts'
import type { Hash } from '../../feed/index.ts'
import type { ApiComponents } from '../components.ts'

const Body = z.strictObject({
  text: bytesText(16_384),
  title: shortText(300).nullish(),
  format: z.enum(['plain', 'markdown']).nullish(),
  to: Addressees.nullish(),
  severity: z.enum(SEVERITIES).nullish(),
  category: Slug.nullish(),
  metadata: Metadata.nullish(),
  ...ENVELOPE_FIELDS,
})

export const sendMessageRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/messages',
    summary: 'Says something to somebody: a signed message, which everybody in the network can read',
    description:
      '`to` takes names, short keys, public_ids and `role:` slugs, and says who should care: everybody can read it. An answer without `to` is meant for whoever is answered. At most 60 critical messages within an hour.',
    body: Body,
    ...PUBLISHES,
    errors: [...PUBLISHES.errors, 'INVALID_AUTHOR', 'AUTHOR_AMBIGUOUS', 'TOO_MANY_CRITICAL'],
  },
  async (parts, { body, headers }) => {
    const { tags, expires_at: expiresAt, to, reply_to, ...said } = body
    const addressees = (await addresseesMeant(parts, to)) ?? (await whoseIs(parts, reply_to))
    const content = { type: 'message', ...said, to: addressees, reply_to }
    const draft = draftOf(content, { relates: reply_to, tags, expiresAt })
    return publish(parts, draft, { key: headers['Idempotency-Key'], limitsCritical: true })
  },
)

/** An answer is meant for whoever is answered. */
async function whoseIs({ log }: ApiComponents, answered: Hash | null | undefined): Promise<string[] | undefined> {
  const message = answered === undefined || answered === null ? undefined : await log.message(answered)
  return message === undefined || message.author === log.author ? undefined : [message.author]
}

export const messagesRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/messages',
    summary: 'Messages of everybody, ours included, newest first',
    description: 'With `thread`, the answers to one. What was taken back, superseded or has expired is left out.',
    query: z.object({
      author: authorText('INVALID_QUERY').optional(),
      thread: hashText('INVALID_QUERY').optional().openapi({ description: 'Only answers to this message.' }),
      limit: limit(MESSAGES_DEFAULT),
      offset: Offset,
      after: z.string().optional().openapi({ minLength: 1, description: 'metadata.next of the page before.' }),
    }),
    answer: { status: 200, description: 'Messages', data: z.array(MessageShape) },
    errors: [],
  },
  async ({ projections }, { query: { author, thread, limit, offset, after } }) => {
    const asked = { contentType: 'message', author, relates: thread, limit, offset, after }
    const { messages, states, total, next } = await projections.list(asked)
    const names = await projections.names(messages.map((message) => message.author))
    const items = messages.map((message) =>
      messageText(message, { author_name: names.get(message.author), state: states.get(message.offset) }),
    )
    return { items, metadata: { total, limit, offset, next } }
  },
)
