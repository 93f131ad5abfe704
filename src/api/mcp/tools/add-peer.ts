// egregore_add_peer: a peer that is dialled at once and for ever.

import { z } from '@hono/zod-openapi'
import { addPeerRoute } from '../../routes/peers.ts'
import { PeerShape } from '../../shapes/peers.ts'
import { callRoute, dataOf, defineTool, SETS } from '../tool.ts'

export const addPeerTool = defineTool(
  {
    name: 'egregore_add_peer',
    title: 'Add a peer',
    description: 'Adds a peer by its address for good, and dials it at once.',
    input: z.object({ address: z.string().describe('host:port, or a multiaddr.') }),
    output: PeerShape,
    annotations: SETS,
  },
  async (parts, body) => ({ payload: dataOf(await callRoute(parts, addPeerRoute, { body })) }),
)
