// GET, POST and DELETE /v1/follows: the authors this node follows.

import { z } from '@hono/zod-openapi'
import { AUTHOR_ERRORS, AuthorParams, authorMeant, authorOnList, authorRows } from '../authors.ts'
import { defineRoute } from '../route.ts'
import { AuthorShape } from '../shapes/authors.ts'

export const listFollowsRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/follows',
    summary: 'Authors that this node follows; without any, and without topics, everybody is replicated',
    description: 'While the list is empty, and no topic is kept, everything that peers hold is fetched.',
    answer: {
      status: 200,
      description: 'Followed authors, in the order in which they were added',
      data: z.array(AuthorShape),
    },
    errors: [],
  },
  async (parts) => ({ data: await authorRows(parts, parts.log.selection.follows) }),
)

export const followRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/follows/{author}',
    summary: 'Follows an author: what is held of this feed elsewhere is fetched at once',
    description:
      'Takes a public_id, which need not be known here, a name or a short key. From the first follow on, others are no longer fetched. Following twice is following once.',
    params: AuthorParams,
    answer: { status: 201, description: 'The author is followed', data: AuthorShape },
    errors: [...AUTHOR_ERRORS, 'LOG_SELECTION_FULL', 'STORE_FULL'],
  },
  async (parts, { params }) => {
    const author = await authorMeant(parts, params.author)
    parts.log.selection.follow(author)
    const [row = { author }] = await authorRows(parts, [author])
    return { data: row }
  },
)

export const unfollowRoute = defineRoute(
  {
    method: 'delete',
    path: '/v1/follows/{author}',
    summary: 'Stops asking for an author; what is held stays',
    description: 'Takes a public_id, a name or a short key. Who is not followed is answered with 204 as well.',
    params: AuthorParams,
    answer: { status: 204, description: 'The author is not followed' },
    errors: [...AUTHOR_ERRORS, 'STORE_FULL'],
  },
  async (parts, { params }) => {
    parts.log.selection.unfollow(await authorOnList(parts, parts.log.selection.follows, params.author))
    return { data: undefined }
  },
)
