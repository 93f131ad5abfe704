// egregore_identity: who this node is.

import { identityRoute } from '../../routes/identity.ts'
import { IdentityShape } from '../../shapes/identity.ts'
import { callRoute, dataOf, defineTool, NoArguments, READS } from '../tool.ts'

export const identityTool = defineTool(
  {
    name: 'egregore_identity',
    title: 'Node identity',
    description:
      'The public identity under which everything published here is signed (public_id), and the addresses at which this node can be reached.',
    input: NoArguments,
    output: IdentityShape,
    annotations: READS,
  },
  async (parts) => ({ payload: dataOf(await callRoute(parts, identityRoute)) }),
)
