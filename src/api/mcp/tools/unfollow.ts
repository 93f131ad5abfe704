// egregore_unfollow: the feed of an author is no longer asked for.

import { z } from '@hono/zod-openapi'
import { authorOnList } from '../../authors.ts'
import { unfollowRoute } from '../../routes/follows.ts'
import { AuthorShape } from '../../shapes/authors.ts'
import { callRoute, defineTool, SETS } from '../tool.ts'

export const unfollowTool = defineTool(
  {
    name: 'egregore_unfollow',
    title: 'Unfollow an author',
    description: 'Stops asking for the feed of an author; what is held of it stays.',
    input: z.object({
      author: z.string().describe('Public ID, @….ed25519; or the name or short key of somebody known here.'),
    }),
    output: AuthorShape,
    annotations: SETS,
  },
  async (parts, { author: meant }) => {
    const author = await authorOnList(parts, parts.log.selection.follows, meant)
    await callRoute(parts, unfollowRoute, { params: { author } })
    return { payload: { author } }
  },
)
