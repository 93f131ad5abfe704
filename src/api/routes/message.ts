// GET /v1/message/:hash: one message, exactly as it was signed. GET /v1/hashes/:prefix: which ones a shortened hash may mean.

import { z } from '@hono/zod-openapi'
import { isExpired } from '../../log/index.ts'
import { HASH_PREFIX_MIN, MESSAGES_UNDER_PREFIX_MAX } from '../constants.ts'
import { ApiError } from '../errors.ts'
import { messageText } from '../message-text.ts'
import { hashPrefix, hashText } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { MessageShape } from '../shapes/message.ts'
import type { MessageEntry } from '../../log/index.ts'
import type { ApiParts } from '../components.ts'

export const messageRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/message/{hash}',
    summary: 'One message by its hash',
    description:
      'Also one that was superseded or taken back: `local.effect` says what became of it. What is forgotten, has expired, or is of a blocked author is not found.',
    params: z.object({ hash: hashText('INVALID_HASH') }),
    answer: { status: 200, description: 'The message', data: MessageShape },
    errors: ['INVALID_HASH', 'NOT_FOUND'],
  },
  async (parts, { params: { hash } }) => {
    const message = await parts.log.message(hash)
    if (message !== undefined && isShown(message, parts)) return { json: await textOf(message, parts) }
    throw new ApiError('NOT_FOUND', `No message ${hash} is held here.`, { hash })
  },
)

export const messagesUnderRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/hashes/{prefix}',
    summary: `The messages whose hash begins so, ${MESSAGES_UNDER_PREFIX_MAX} at most`,
    description: 'For hashes as terminals show them. Nobody: an empty list.',
    params: z.object({ prefix: hashPrefix('INVALID_HASH', HASH_PREFIX_MIN) }),
    answer: { status: 200, description: 'Messages in the order of their hashes', data: z.array(MessageShape) },
    errors: ['INVALID_HASH'],
  },
  async (parts, { params: { prefix } }) => {
    const found = await parts.log.messagesUnder(prefix, MESSAGES_UNDER_PREFIX_MAX)
    const shown = found.filter((message) => isShown(message, parts))
    return { items: await Promise.all(shown.map((message) => textOf(message, parts))) }
  },
)

function isShown(message: MessageEntry, { log, clock }: ApiParts): boolean {
  return !log.selection.isBlocked(message.author) && !isExpired(message, clock())
}

async function textOf(message: MessageEntry, { projections }: ApiParts): Promise<string> {
  const [names, effect] = await Promise.all([projections.names([message.author]), projections.effectOf(message)])
  return messageText(message, { author_name: names.get(message.author), effect })
}
