// egregore_unfollow: the feed of an author is no longer asked for.

import { z } from '@hono/zod-openapi'
import { unfollowRoute } from '../../routes/follows.ts'
import { AuthorShape } from '../../shapes.ts'
import { callRoute, defineTool, SETS } from '../tool.ts'

export const unfollowTool = defineTool(
  {
    name: 'egregore_unfollow',
    title: 'Unfollow an author',
    description: 'Stops asking for the feed of an author; what is held of it stays.',
    input: z.object({ author: z.string().describe('Public ID, @….ed25519.') }),
    output: AuthorShape,
    annotations: SETS,
  },
  async (parts, params) => {
    await callRoute(parts, unfollowRoute, { params })
    return { payload: params }
  },
)
