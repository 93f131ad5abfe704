// egregore_status: how this node is.

import { statusRoute } from '../../routes/status.ts'
import { StatusShape } from '../../shapes.ts'
import { callRoute, dataOf, defineTool, NoArguments, READS } from '../tool.ts'

export const statusTool = defineTool(
  {
    name: 'egregore_status',
    title: 'Node status',
    description:
      'How this node is: version, identity, counts of messages, feeds, peers and follows, and its health with reasons. Call it first when something does not work.',
    input: NoArguments,
    output: StatusShape,
    annotations: READS,
  },
  async (parts) => ({ payload: dataOf(await callRoute(parts, statusRoute)) }),
)
