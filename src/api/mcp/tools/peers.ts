// egregore_peers: whom this node knows.

import { z } from '@hono/zod-openapi'
import { listPeersRoute } from '../../routes/peers.ts'
import { PeerShape } from '../../shapes/peers.ts'
import { FROM_PEERS, ListArguments, listWithin } from '../list-within.ts'
import { callRoute, dataOf, defineTool, READS } from '../tool.ts'

export const peersTool = defineTool(
  {
    name: 'egregore_peers',
    title: 'List peers',
    description: 'The addresses of peers that this node knows, from all sources, and what becomes of each.',
    input: ListArguments,
    output: z.array(PeerShape),
    annotations: READS,
  },
  async (parts, page) => listWithin(dataOf(await callRoute(parts, listPeersRoute)), page, FROM_PEERS),
)
