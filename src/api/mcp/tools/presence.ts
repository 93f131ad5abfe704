// egregore_presence: how the calling agent is, told to others who look at the mesh, and who it is: its card.

import { z } from '@hono/zod-openapi'
import { announceRoute, presenceRoute } from '../../routes/agents.ts'
import { PresenceShape } from '../../shapes/agents.ts'
import { actionAmong, withActions } from '../actions.ts'
import { PRESENCE_ACTION, PRESENCE_USES } from '../presence-actions.ts'
import { readMessage } from '../shown-message.ts'
import { callRoute, dataOf, defineTool, itemsOf, SETS, warningsOf, withAgent } from '../tool.ts'
import type { ApiParts } from '../../components.ts'
import type { ToolAnswer, ToolCall } from '../tool.ts'

const Arguments = z.object({
  action: actionAmong(PRESENCE_USES).optional().describe('say unless told.'),
  status: z.string().optional().describe('say: one word as a slug, such as working, idle, waiting or away.'),
  text: z
    .string()
    .optional()
    .describe('say: on what, in at most 140 characters. Everybody in the network can read it.'),
  load: z.number().optional().describe('say: how busy, from 0 to 1.'),
  ttl_secs: z
    .number()
    .optional()
    .describe('say: how long it holds unless you say it anew: 900 unless told; 0 takes it back.'),
  name: z.string().optional().describe('announce: what you are called, in at most 80 characters.'),
  description: z.string().optional().describe('announce: what you do.'),
  capabilities: z
    .array(z.string())
    .optional()
    .describe('announce: what you can do, as slugs such as sqlite. Messages to role:sqlite then reach you.'),
  role: z.string().optional().describe('announce: what you are here, such as on-call. Messages to it reach you.'),
})

/** Which of these there are follows from the action. */
const Output = PresenceShape.partial().extend({
  name: z.string().optional().describe('announce: as others see it, beside your key.'),
  profile: z.string().optional().describe('announce: hash of your card.'),
})

const definition = defineTool(
  {
    name: 'egregore_presence',
    title: 'Say how and who you are',
    description:
      'say: how you are from now on; others see it in egregore_mesh with view "agents" until its time is over or you say it anew, and nothing of it is stored. Say "working" and on what before a long task, "idle" when you can take something on. announce: your card, signed and kept: by it others find you and write to you. The latest holds.',
    input: Arguments,
    output: Output,
    annotations: SETS,
  },
  async (parts, { action = PRESENCE_ACTION, ...given }, call) => actions[action](parts, given, call),
)

export const presenceTool = withActions(definition, PRESENCE_USES, { standard: PRESENCE_ACTION })

type Given = Omit<z.infer<typeof Arguments>, 'action'>

const actions: Readonly<
  Record<keyof typeof PRESENCE_USES, (parts: ApiParts, given: Given, call: ToolCall) => Promise<ToolAnswer>>
> = {
  say: async (parts, given, call) => ({
    payload: dataOf(await callRoute(parts, presenceRoute, { body: withAgent(given, call) })),
  }),

  announce: async (parts, given, call) => {
    const answer = await callRoute(parts, announceRoute, { body: withAgent(given, call) })
    const { hash, content } = readMessage(itemsOf(answer)[0] ?? '')
    const { name, agent } = content as { name: string; agent?: string } // As: the route has made it.
    return { payload: { profile: hash, name, agent }, note: warningsOf(answer) }
  },
}
