// GET /v1/feed, /v1/feed/:author and /v1/insights: messages, newest first.

import { z } from '@hono/zod-openapi'
import { AUTHOR_ERRORS, AuthorParams, authorMeant } from '../authors.ts'
import { messageText } from '../message-text.ts'
import { listQuery } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { MessageShape } from '../shapes/message.ts'
import type { ListQuery } from '../../projections/index.ts'
import type { ApiComponents } from '../components.ts'
import type { Answer } from '../route.ts'

const MessagesAnswer = { status: 200, description: 'Messages, newest first', data: z.array(MessageShape) } as const

export const feedRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/feed',
    summary: 'Messages of others; of everybody with include_self',
    description:
      'What was taken back, superseded or has expired is left out. Page with `after`: pages then do not shift while messages arrive.',
    query: listQuery({ includeSelf: false }),
    answer: MessagesAnswer,
    errors: [],
  },
  (components, { query }) => answerList(components, filtersOf(components, query)),
)

export const authorFeedRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/feed/{author}',
    summary: 'Messages of one author; none for an author who is not known here',
    description:
      'Takes a public_id, which need not be known here, a name or a short key. What was taken back, superseded or has expired is left out.',
    params: AuthorParams,
    query: listQuery({ includeSelf: true }),
    answer: MessagesAnswer,
    errors: AUTHOR_ERRORS,
  },
  async (components, { params, query }) => {
    const author = await authorMeant(components, params.author)
    return answerList(components, { ...filtersOf(components, query), author, notAuthor: undefined })
  },
)

export const insightsRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/insights',
    summary: 'Messages whose content has the type insight',
    description: 'Our own included. What was taken back, superseded or has expired is left out.',
    query: listQuery({ includeSelf: true }).omit({ content_type: true }),
    answer: MessagesAnswer,
    errors: [],
  },
  (components, { query }) => answerList(components, filtersOf(components, { ...query, content_type: 'insight' })),
)

function filtersOf(
  { identity }: ApiComponents,
  {
    limit,
    offset,
    after,
    content_type,
    tag,
    relates,
    trace_id,
    agent,
    include_self,
  }: z.infer<ReturnType<typeof listQuery>>,
): ListQuery {
  return {
    limit,
    offset,
    after,
    contentType: content_type,
    tag,
    relates,
    traceId: trace_id,
    agent,
    notAuthor: include_self ? undefined : identity.author,
  }
}

async function answerList({ projections }: ApiComponents, query: ListQuery): Promise<Answer<never>> {
  const { messages, states, total, next } = await projections.list(query)
  const names = await projections.names(messages.map(({ author }) => author))
  const { limit, offset } = query
  const items = messages.map((message) =>
    messageText(message, { author_name: names.get(message.author), state: states.get(message.offset) }),
  )
  return { items, metadata: { total, limit, offset, next } }
}
