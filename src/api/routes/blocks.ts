// GET, POST and DELETE /v1/blocks: authors of whom this node takes, shows and passes on nothing.

import { z } from '@hono/zod-openapi'
import { AUTHOR_ERRORS, AuthorParams, authorMeant, authorOnList, authorRows } from '../authors.ts'
import { defineRoute } from '../route.ts'
import { AuthorShape } from '../shapes/authors.ts'

export const listBlocksRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/blocks',
    summary: 'Authors that this node blocks',
    description: 'What is held of them stays on the disk, and in no list, search or stream.',
    answer: {
      status: 200,
      description: 'Blocked authors, in the order in which they were added',
      data: z.array(AuthorShape),
    },
    errors: [],
  },
  async (parts) => ({ data: await authorRows(parts, parts.log.selection.blocks) }),
)

export const blockRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/blocks/{author}',
    summary: 'Blocks an author: nothing of this feed is taken, shown or passed on from now on',
    description:
      'Takes a public_id, a name or a short key. Blocking twice is blocking once. A node cannot block itself.',
    params: AuthorParams,
    answer: { status: 201, description: 'The author is blocked', data: AuthorShape },
    errors: [...AUTHOR_ERRORS, 'LOG_BLOCK_OWN', 'LOG_SELECTION_FULL', 'STORE_FULL'],
  },
  async (parts, { params }) => {
    const author = await authorMeant(parts, params.author)
    parts.log.selection.block(author)
    const [row = { author }] = await authorRows(parts, [author])
    return { data: row }
  },
)

export const unblockRoute = defineRoute(
  {
    method: 'delete',
    path: '/v1/blocks/{author}',
    summary: 'Ends a block: what is held is shown again, and the rest is asked for',
    description: 'Takes a public_id, a name or a short key. Who is not blocked is answered with 204 as well.',
    params: AuthorParams,
    answer: { status: 204, description: 'The author is not blocked' },
    errors: [...AUTHOR_ERRORS, 'STORE_FULL'],
  },
  async (parts, { params }) => {
    parts.log.selection.unblock(await authorOnList(parts, parts.log.selection.blocks, params.author))
    return { data: undefined }
  },
)
