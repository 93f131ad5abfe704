// GET /v1/message/:hash: one message, exactly as it was signed.

import { z } from '@hono/zod-openapi'
import { isExpired } from '../../log/index.ts'
import { ApiError } from '../errors.ts'
import { messageText } from '../message-text.ts'
import { hashText } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { MessageShape } from '../shapes.ts'

export const messageRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/message/{hash}',
    summary: 'One message by its hash',
    params: z.object({ hash: hashText('INVALID_HASH') }),
    answer: { status: 200, description: 'The message', data: MessageShape },
    errors: ['INVALID_HASH', 'NOT_FOUND'],
  },
  async ({ log, projections, clock }, { params: { hash } }) => {
    const message = await log.message(hash)
    const isShown = message !== undefined && !log.selection.isBlocked(message.author)
    if (isShown && !isExpired(message, clock())) {
      const [names, effect] = await Promise.all([projections.names([message.author]), projections.effectOf(message)])
      return { json: messageText(message, { author_name: names.get(message.author), effect }) }
    }
    throw new ApiError('NOT_FOUND', `No message ${hash} is held here.`, { hash })
  },
)
