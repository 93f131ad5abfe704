// egregore_follows: the authors that this node follows.

import { z } from '@hono/zod-openapi'
import { listFollowsRoute } from '../../routes/follows.ts'
import { AuthorShape } from '../../shapes/authors.ts'
import { ListArguments, listWithin } from '../list-within.ts'
import { callRoute, dataOf, defineTool, READS } from '../tool.ts'

export const followsTool = defineTool(
  {
    name: 'egregore_follows',
    title: 'List follows',
    description: 'The authors that this node follows. Without any, and without topics, everybody is replicated.',
    input: ListArguments,
    output: z.array(AuthorShape),
    annotations: READS,
  },
  async (parts, page) => listWithin(dataOf(await callRoute(parts, listFollowsRoute)), page),
)
