// egregore_presence: how the calling agent is, told to others who look at the mesh.

import { z } from '@hono/zod-openapi'
import { presenceRoute } from '../../routes/agents.ts'
import { PresenceShape } from '../../shapes/agents.ts'
import { callRoute, dataOf, defineTool, SETS, withAgent } from '../tool.ts'

export const presenceTool = defineTool(
  {
    name: 'egregore_presence',
    title: 'Say how you are',
    description:
      'Says how you are from now on: others see it in egregore_mesh with view "agents", within a second, until its time is over or you say it anew. Nothing of it is stored or signed into a feed. Say "working" and on what before a long task, "idle" when you can take something on.',
    input: z.object({
      status: z.string().describe('One word as a slug, such as working, idle, waiting or away.'),
      text: z.string().optional().describe('On what, in at most 140 characters. Everybody in the network can read it.'),
      load: z.number().optional().describe('How busy, from 0 to 1.'),
      ttl_secs: z
        .number()
        .optional()
        .describe('How long it holds unless you say it anew: 900 unless told; 0 takes it back.'),
    }),
    output: PresenceShape,
    annotations: SETS,
  },
  async (parts, body, call) => ({
    payload: dataOf(await callRoute(parts, presenceRoute, { body: withAgent(body, call) })),
  }),
)
