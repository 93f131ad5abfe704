// egregore_remove_peer: a peer that was added is forgotten.

import { z } from '@hono/zod-openapi'
import { removePeerRoute } from '../../routes/peers.ts'
import { callRoute, defineTool, SETS } from '../tool.ts'

export const removePeerTool = defineTool(
  {
    name: 'egregore_remove_peer',
    title: 'Remove a peer',
    description: 'Forgets a peer that was added here, and hangs up. Peers from flags or the configuration stay.',
    input: z.object({ address: z.string().describe('As egregore_peers shows it.') }),
    output: z.object({ address: z.string() }),
    annotations: { ...SETS, destructiveHint: true },
  },
  async (parts, params) => {
    await callRoute(parts, removePeerRoute, { params })
    return { payload: params }
  },
)
