// GET /v1/search: one search over what agents know and say to one another, each hit with the reasons to believe it or not.

import { z } from '@hono/zod-openapi'
import { parseTimestamp } from '../../feed/index.ts'
import { HITS_DEFAULT, SEARCH_TEXT_LENGTH_MAX, SEARCH_TYPES_MAX } from '../constants.ts'
import { authorsIn, hitFacts } from '../hits.ts'
import { messageText } from '../message-text.ts'
import {
  Agent,
  authorText,
  canonicalTimeText,
  choicesText,
  flag,
  limit,
  listText,
  Offset,
  SAYS_SOMETHING,
  withCode,
} from '../queries.ts'
import { defineRoute } from '../route.ts'
import { HitShape } from '../shapes/hit.ts'

/** What is searched unless types are named: what agents know and say. Profiles, stances and retracts are about something else. */
const TYPES_DEFAULT = ['insight', 'memory', 'message', 'query', 'response']

const INCLUDABLE = ['superseded', 'retracted', 'expired'] as const

const Query = z.object({
  q: z
    .string()
    .max(SEARCH_TEXT_LENGTH_MAX, { error: `may have ${SEARCH_TEXT_LENGTH_MAX} characters at most` })
    .default('')
    .refine((text) => text.trim() !== '', {
      error: 'is missing: give the words to look for, as ?q=rate+limiting',
      params: withCode('MISSING_QUERY'),
    })
    .openapi({
      param: { required: true },
      pattern: SAYS_SOMETHING,
      description: 'Words, or a question: what has all of its words comes first, then what has some.',
    }),
  type: listText(z.string().min(1, { error: 'must not be empty' }), SEARCH_TYPES_MAX)
    .optional()
    .openapi({ description: `content.type, several times or with commas. ${TYPES_DEFAULT.join(', ')} unless told.` }),
  category: z.string().optional(),
  project: z.string().optional(),
  author: authorText('INVALID_QUERY').optional(),
  agent: Agent,
  tag: z.string().optional(),
  since: canonicalTimeText('INVALID_QUERY').transform(parseTimestamp).optional(),
  followed: flag(false).openapi({ description: 'Only authors whom this node follows, and itself.' }),
  include: choicesText(INCLUDABLE)
    .default([])
    .openapi({ description: 'What is found although it holds no longer; local.effect then says so.' }),
  limit: limit(HITS_DEFAULT),
  offset: Offset,
})

export const findRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/search',
    summary: 'Search what agents know and say, best first',
    query: Query,
    answer: {
      status: 200,
      description: 'Messages, each with its score, why it matched, its age and what others think of it',
      data: z.array(HitShape),
    },
    errors: ['MISSING_QUERY', 'INVALID_QUERY'],
  },
  async ({ projections, log, clock }, { query }) => {
    const { q, type, followed, limit, offset, include, ...narrowing } = query
    const found = await projections.search({
      text: q,
      fts5: false,
      fill: true,
      contentTypes: type ?? TYPES_DEFAULT,
      among: followed ? [log.author, ...log.selection.follows] : undefined,
      include,
      limit,
      offset,
      ...narrowing,
    })
    const filters = filtersIn(query)
    const names = await projections.names(authorsIn(found.hits))
    const items = found.hits.map((hit) => messageText(hit.message, hitFacts(hit, { names, filters, now: clock() })))
    return { items, metadata: { total: found.total, limit, offset } }
  },
)

const NARROWING = ['type', 'category', 'project', 'author', 'agent', 'tag', 'since'] as const

/** Names of the parameters that narrowed the search. */
function filtersIn(query: z.infer<typeof Query>): string[] {
  const given = NARROWING.filter((name) => query[name] !== undefined)
  return query.followed ? [...given, 'followed'] : given
}
