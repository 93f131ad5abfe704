// GET /v1/insights/search: full-text search over all content, ranked. What is superseded is found, and said to be.

import { z } from '@hono/zod-openapi'
import { HITS_DEFAULT } from '../constants.ts'
import { authorsIn, markedFacts } from '../hits.ts'
import { messageText } from '../message-text.ts'
import { limit, Offset } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { NARROWING, neededWords } from '../search-queries.ts'
import { MessageShape } from '../shapes/message.ts'

const Query = z.object({
  q: neededWords('Words; all of them must occur.'),
  content_type: z.string().optional(),
  ...NARROWING,
  limit: limit(HITS_DEFAULT),
  offset: Offset,
  syntax: z
    .enum(['words', 'fts5'], { error: 'must be words or fts5' })
    .default('words')
    .openapi({ description: 'fts5: q is written in the query language of SQLite FTS5.' }),
})

export const searchRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/insights/search',
    summary: 'Full-text search, best first',
    description:
      'All of the words must occur. What is superseded is found too, and said to be. `GET /v1/search` finds more and explains itself; this one is what clients of the original call.',
    query: Query,
    answer: { status: 200, description: 'Messages with score and snippet', data: z.array(MessageShape) },
    errors: ['MISSING_QUERY'],
  },
  async ({ projections }, { query }) => {
    const { q, content_type: type, syntax, ...asked } = query
    const contentTypes = type === undefined ? undefined : [type]
    const include = ['superseded' as const]
    const { hits, total } = await projections.search({
      ...asked,
      text: q,
      fts5: syntax === 'fts5',
      contentTypes,
      include,
    })
    const names = await projections.names(authorsIn(hits))
    const items = hits.map((hit) => messageText(hit.message, markedFacts(hit, names)))
    return { items, metadata: { total, limit: query.limit, offset: query.offset } }
  },
)
