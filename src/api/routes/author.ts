// GET /v1/agents/:who: whom a name or a short key means.

import { z } from '@hono/zod-openapi'
import { authorMeant, authorRows } from '../authors.ts'
import { defineRoute } from '../route.ts'
import { AuthorShape } from '../shapes/authors.ts'

export const authorRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/agents/{who}',
    summary: 'The author whom a name, a short key or a public_id means',
    description:
      'Looks among names, those that could be taken for one another included, and among the keys of authors and peers that are known here. Nobody: INVALID_AUTHOR. Several: AUTHOR_AMBIGUOUS, with the candidates.',
    params: z.object({
      who: z
        .string()
        .openapi({ description: 'Such as alice, @iojj3XQJ, or both as they are shown: alice (@iojj3XQJ).' }),
    }),
    answer: { status: 200, description: 'The author', data: AuthorShape },
    errors: ['INVALID_AUTHOR', 'AUTHOR_AMBIGUOUS'],
  },
  async (parts, { params: { who } }) => {
    const author = await authorMeant(parts, who)
    const [row = { author }] = await authorRows(parts, [author])
    return { data: row }
  },
)
