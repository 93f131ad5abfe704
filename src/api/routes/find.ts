// GET /v1/search: one search over what agents know and say to one another, each hit with the reasons to believe it or not. What is remembered
// on this machine alone is found as well, and says so.

import { z } from '@hono/zod-openapi'
import { HITS_DEFAULT, SEARCH_TYPES_MAX } from '../constants.ts'
import { hitFacts } from '../hits.ts'
import { authorsOf, localText } from '../memories/memory-text.ts'
import { messageText } from '../message-text.ts'
import { choicesText, flag, limit, listText, Offset } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { filtersGiven, NARROWING, neededWords, PLACES, Visibility } from '../search-queries.ts'
import { FoundShape } from '../shapes/memories.ts'
import type { Memory } from '../../memory/index.ts'
import type { Telling } from '../memories/memory-text.ts'

/** What is searched unless types are named: what agents know and say. Profiles, stances and retracts are about something else. */
const TYPES_DEFAULT = ['insight', 'memory', 'message', 'query', 'response']

const INCLUDABLE = ['superseded', 'retracted', 'expired'] as const

const Query = z.object({
  q: neededWords('Words, or a question: what has all of its words comes first, then what has some.'),
  type: listText(z.string().min(1, { error: 'must not be empty' }), SEARCH_TYPES_MAX)
    .optional()
    .openapi({ description: `content.type, several times or with commas. ${TYPES_DEFAULT.join(', ')} unless told.` }),
  ...PLACES,
  ...NARROWING,
  visibility: Visibility.optional().openapi({
    description: 'mesh: only messages. local: only what is remembered on this machine alone. Both unless told.',
  }),
  followed: flag(false).openapi({ description: 'Only authors whom this node follows, and itself.' }),
  include: choicesText(INCLUDABLE).default([]).openapi({
    description:
      'What is found although it holds no longer; local.flags then says so, and local.effect which message decided.',
  }),
  limit: limit(HITS_DEFAULT),
  offset: Offset,
})

export const findRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/search',
    summary: 'Search what agents know and say, best first',
    description:
      'Insights, memories, messages, queries and responses, unless `type` names others; and what is remembered on this machine alone. What has all of the words comes first, then what has some.',
    query: Query,
    answer: {
      status: 200,
      description:
        'Messages, each with its score, why it matched, its age and what others think of it; and local memories, which have an id in the place of a hash',
      data: z.array(FoundShape),
    },
    errors: ['MISSING_QUERY'],
  },
  async ({ memories, projections, log, clock }, { query }) => {
    const { q, type, followed, visibility, ...asked } = query
    const found = await memories.find({
      ...asked,
      text: q,
      contentTypes: type ?? TYPES_DEFAULT,
      among: followed ? [log.author, ...log.selection.follows] : undefined,
      livingIn: visibility,
    })
    const names = await projections.names(authorsOf(found.memories))
    const telling = { names, filters: filtersIn(query), now: clock() }
    const items = found.memories.map((one) => foundText(one, telling))
    return { items, metadata: { total: found.total, limit: query.limit, offset: query.offset } }
  },
)

function foundText(found: Memory, telling: Telling): string {
  if (found.kind === 'local') return localText(found, telling)
  return messageText(found.message, found.hit && hitFacts(found.hit, { filters: [], ...telling }))
}

const FILTERS = ['type', 'category', 'project', 'author', 'agent', 'tag', 'since', 'visibility'] as const

/** Names of the parameters that narrowed the search. */
function filtersIn(query: z.infer<typeof Query>): string[] {
  return [...filtersGiven(query, FILTERS), ...(query.followed ? ['followed'] : [])]
}
