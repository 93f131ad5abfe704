// GET /v1/inbox: what others said to us, with marks that never leave this node.

import { z } from '@hono/zod-openapi'
import { formatTimestamp, parseTimestamp } from '../../feed/index.ts'
import { ownRoles, REACHES, SEVERITIES } from '../../projections/index.ts'
import { MARKED_AT_ONCE_MAX, MESSAGES_DEFAULT } from '../constants.ts'
import { Slug } from '../mail-bodies.ts'
import { messageText } from '../message-text.ts'
import { authorText, canonicalTimeText, flag, hashText, limit, Offset } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { MessageShape } from '../shapes/message.ts'
import { Timestamp } from '../shapes/values.ts'
import type { Hash } from '../../feed/index.ts'
import type { Received } from '../../projections/index.ts'
import type { ApiComponents } from '../components.ts'

const Query = z.object({
  unread: flag(false),
  unacknowledged: flag(false),
  reach: z
    .enum(REACHES)
    .optional()
    .openapi({ description: 'direct: to us by name. role: to a role of ours. reply: an answer to us.' }),
  kind: z.enum(['message', 'query', 'response']).optional(),
  severity: z.enum(SEVERITIES).optional().openapi({ description: 'At least this.' }),
  category: Slug.optional(),
  from: authorText('INVALID_QUERY').optional(),
  since: canonicalTimeText('INVALID_QUERY').transform(parseTimestamp).optional(),
  muted: flag(false).openapi({ description: 'Also of authors who are muted.' }),
  limit: limit(MESSAGES_DEFAULT),
  offset: Offset,
})

const InboxShape = z.object({
  reach: z.enum(REACHES),
  severity: z
    .enum(SEVERITIES)
    .openapi({ description: 'As said; beyond sixty critical ones of an author in an hour, warning.' }),
  read_at: Timestamp.optional(),
  acknowledged_at: Timestamp.optional(),
})

const ReceivedShape = MessageShape.extend({ local: MessageShape.shape.local.extend({ inbox: InboxShape }) })

/** A message of the inbox as it is answered. */
export type InboxData = z.infer<typeof ReceivedShape>

export const inboxRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/inbox',
    summary: 'What others said to us, newest first',
    description:
      'What is meant for this node, a role of it or everybody, and answers to what it said; not of muted or blocked authors, and not what was taken back. `metadata.total` is counted to a thousand.',
    query: Query,
    answer: {
      status: 200,
      description: 'Messages, queries and responses; local.inbox says how each reached us',
      data: z.array(ReceivedShape),
    },
    errors: [],
  },
  async (parts, { query: { reach, muted, limit, offset, ...filters } }) => {
    const { projections, mailbox, log } = parts
    const { received, total } = await projections.inbox({
      ...filters,
      author: log.author,
      roles: await ownRoles(parts),
      reach: reach === undefined ? undefined : [reach],
      muted: muted ? [] : mailbox.mutes(),
      limit,
      offset,
    })
    const names = await projections.names(received.map(({ message }) => message.author))
    const items = received.map((one) =>
      messageText(one.message, { author_name: names.get(one.message.author), inbox: inboxOf(one) }),
    )
    return { items, metadata: { total, limit, offset } }
  },
)

function inboxOf({ reach, severity, readAt, acknowledgedAt }: Received): z.infer<typeof InboxShape> {
  return {
    reach,
    severity,
    ...(readAt !== undefined && { read_at: formatTimestamp(readAt) }),
    ...(acknowledgedAt !== undefined && { acknowledged_at: formatTimestamp(acknowledgedAt) }),
  }
}

export const readInboxRoute = markingRoute(
  '/v1/inbox/read',
  'Notes that messages are read',
  'Up to 1,000 hashes. One that is read already keeps its time; one that is not held here is left out of the answer.',
  ({ mailbox, clock }, hashes) => mailbox.mark(hashes, 'read', clock()),
)

export const acknowledgeInboxRoute = markingRoute(
  '/v1/inbox/acknowledge',
  'Notes that messages are acknowledged, and read',
  'Up to 1,000 hashes. One that is acknowledged already keeps its time; one that is not held here is left out of the answer.',
  ({ mailbox, clock }, hashes) => mailbox.mark(hashes, 'acknowledged', clock()),
)

export const unreadInboxRoute = markingRoute(
  '/v1/inbox/unread',
  'Takes the marks of messages off',
  'Up to 1,000 hashes. Both marks go, that of being read and that of being acknowledged.',
  ({ mailbox }, hashes) => mailbox.unmark(hashes),
)

function markingRoute<const Path extends `/v1/inbox/${string}`>(
  path: Path,
  summary: string,
  description: string,
  mark: (parts: ApiComponents, hashes: readonly Hash[]) => void,
) {
  const Hashes = z.array(hashText('INVALID_BODY')).min(1).max(MARKED_AT_ONCE_MAX)
  return defineRoute(
    {
      method: 'post',
      path,
      summary: `${summary}; only this node knows`,
      description,
      body: z.object({ hashes: Hashes }),
      answer: { status: 200, description: 'Those that are held', data: z.object({ hashes: z.array(z.string()) }) },
      errors: ['STORE_FULL'],
    },
    async (parts, { body }) => {
      const messages = await Promise.all(body.hashes.map((hash) => parts.log.message(hash)))
      const hashes = messages.flatMap((message) => message?.hash ?? [])
      mark(parts, hashes)
      return { data: { hashes } }
    },
  )
}
