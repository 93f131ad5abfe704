// egregore_follow: the feed of an author is replicated.

import { z } from '@hono/zod-openapi'
import { followRoute } from '../../routes/follows.ts'
import { AuthorShape } from '../../shapes/authors.ts'
import { callRoute, dataOf, defineTool, SETS } from '../tool.ts'

export const followTool = defineTool(
  {
    name: 'egregore_follow',
    title: 'Follow an author',
    description:
      'Replicates the feed of an author. With the first follow this node stops replicating everybody else, so follow all whom you want to hear.',
    input: z.object({
      author: z.string().describe('Public ID, @….ed25519; or the name or short key of somebody known here.'),
    }),
    output: AuthorShape,
    annotations: SETS,
  },
  async (parts, params) => ({ payload: dataOf(await callRoute(parts, followRoute, { params })) }),
)
