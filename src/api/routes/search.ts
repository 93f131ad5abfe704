// GET /v1/insights/search: full-text search over all content, ranked. What is superseded is found, and said to be.

import { z } from '@hono/zod-openapi'
import { parseTimestamp } from '../../feed/index.ts'
import { HITS_DEFAULT, SEARCH_TEXT_LENGTH_MAX } from '../constants.ts'
import { authorsIn, markedFacts } from '../hits.ts'
import { messageText } from '../message-text.ts'
import { Agent, authorText, canonicalTimeText, limit, Offset, SAYS_SOMETHING, withCode } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { MessageShape } from '../shapes/message.ts'

const Query = z.object({
  q: z
    .string()
    .max(SEARCH_TEXT_LENGTH_MAX, { error: `may have ${SEARCH_TEXT_LENGTH_MAX} characters at most` })
    .default('')
    .refine((text) => text.trim() !== '', {
      error: 'is missing: give the words to look for, as ?q=rate+limiting',
      params: withCode('MISSING_QUERY'),
    })
    .openapi({ param: { required: true }, pattern: SAYS_SOMETHING, description: 'Words; all of them must occur.' }),
  limit: limit(HITS_DEFAULT),
  offset: Offset,
  content_type: z.string().optional(),
  author: authorText('INVALID_QUERY').optional(),
  tag: z.string().optional(),
  agent: Agent,
  since: canonicalTimeText('INVALID_QUERY').transform(parseTimestamp).optional(),
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
    query: Query,
    answer: { status: 200, description: 'Messages with score and snippet', data: z.array(MessageShape) },
    errors: ['MISSING_QUERY', 'INVALID_QUERY'],
  },
  async ({ projections }, { query }) => {
    const { q, limit, offset, content_type, author, tag, agent, since, syntax } = query
    const contentTypes = content_type === undefined ? undefined : [content_type]
    const include = ['superseded' as const]
    const filters = { contentTypes, include, author, tag, agent, since, limit, offset }
    const { hits, total } = await projections.search({ text: q, fts5: syntax === 'fts5', ...filters })
    const names = await projections.names(authorsIn(hits))
    const items = hits.map((hit) => messageText(hit.message, markedFacts(hit, names)))
    return { items, metadata: { total, limit, offset } }
  },
)
