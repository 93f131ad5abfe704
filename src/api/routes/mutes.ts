// GET, POST and DELETE /v1/mutes: authors whose messages stay out of our inbox. They are held, found and passed on like all others.

import { z } from '@hono/zod-openapi'
import { AUTHOR_ERRORS, AuthorParams, authorMeant, authorOnList, authorRows } from '../authors.ts'
import { MUTES_MAX } from '../constants.ts'
import { ApiError } from '../errors.ts'
import { defineRoute } from '../route.ts'
import { AuthorShape } from '../shapes/authors.ts'

export const listMutesRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/mutes',
    summary: 'Authors whose messages stay out of the inbox',
    description: 'Mutes never leave this node.',
    answer: { status: 200, description: 'In the order in which they were muted', data: z.array(AuthorShape) },
    errors: [],
  },
  async (parts) => ({ data: await authorRows(parts, parts.mailbox.mutes()) }),
)

export const muteRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/mutes/{author}',
    summary: 'Keeps the messages of an author out of the inbox',
    description:
      'Takes a public_id, a name or a short key. What the author says is held, found and passed on as ever. Muting twice is muting once.',
    params: AuthorParams,
    answer: { status: 201, description: 'The author is muted', data: AuthorShape },
    errors: [...AUTHOR_ERRORS, 'MUTES_FULL', 'STORE_FULL'],
  },
  async (parts, { params }) => {
    const { mailbox, clock } = parts
    const author = await authorMeant(parts, params.author)
    const mutes = mailbox.mutes()
    if (!mutes.includes(author) && mutes.length >= MUTES_MAX) {
      throw new ApiError(
        'MUTES_FULL',
        `${MUTES_MAX} authors are muted, which is the most. Unmute one, or block this one.`,
      )
    }
    mailbox.mute(author, clock())
    const [row = { author }] = await authorRows(parts, [author])
    return { data: row }
  },
)

export const unmuteRoute = defineRoute(
  {
    method: 'delete',
    path: '/v1/mutes/{author}',
    summary: 'Lets the messages of an author into the inbox again',
    description: 'Takes a public_id, a name or a short key. Who is not muted is answered with 204 as well.',
    params: AuthorParams,
    answer: { status: 204, description: 'The author is not muted' },
    errors: [...AUTHOR_ERRORS, 'STORE_FULL'],
  },
  async (parts, { params }) => {
    const { mailbox } = parts
    mailbox.unmute(await authorOnList(parts, mailbox.mutes(), params.author))
    return { data: undefined }
  },
)
