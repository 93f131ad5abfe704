// egregore_status: how this node is.

import { statusRoute } from '../../routes/status.ts'
import { StatusShape } from '../../shapes/status.ts'
import { TOKENS_DEFAULT } from '../constants.ts'
import { visibleValue } from '../plain-text.ts'
import { bytesIn, withShorterLists } from '../tokens.ts'
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
  async (parts) => {
    const status = visibleValue(dataOf(await callRoute(parts, statusRoute)))
    // As: the status is an object. Its lists, such as the last refusals, are told from their start; the counts beside them are exact.
    return { payload: withShorterLists(status as Record<string, unknown>, bytesIn(TOKENS_DEFAULT)) }
  },
)
