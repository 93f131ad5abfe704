// egregore_mesh: how it goes with each peer.

import { z } from '@hono/zod-openapi'
import { meshRoute } from '../../routes/mesh.ts'
import { MeshPeerShape } from '../../shapes.ts'
import { FROM_PEERS, ListArguments, listWithin } from '../list-within.ts'
import { callRoute, dataOf, defineTool, READS } from '../tool.ts'

export const meshTool = defineTool(
  {
    name: 'egregore_mesh',
    title: 'Mesh health',
    description:
      'Each peer once, with all its addresses and how it goes: state, path, latency, lag, last contact and last error.',
    input: ListArguments,
    output: z.array(MeshPeerShape),
    annotations: READS,
  },
  async (parts, page) => listWithin(dataOf(await callRoute(parts, meshRoute)), page, FROM_PEERS),
)
