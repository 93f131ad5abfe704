// GET /v1/agents, POST /v1/agents/me and /v1/agents/presence: who is who, what it can do, and who is there now.

import { isDeepStrictEqual } from 'node:util'
import { z } from '@hono/zod-openapi'
import { AGENT_LENGTH_MAX, isSlug, isText, STATUS_TEXT_LENGTH_MAX } from '../../content/index.ts'
import { agentsPage } from '../agents.ts'
import { PAGE_DEFAULT, PRESENCE_SECS_DEFAULT, PRESENCE_SECS_MAX } from '../constants.ts'
import { ApiError } from '../errors.ts'
import { messageText } from '../message-text.ts'
import { networkOf } from '../network-of.ts'
import { flag, limit, Offset, SLUG_PATTERN, spelledNumber, WITHOUT_NUL } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { AgentShape, PresenceShape } from '../shapes/agents.ts'
import { MessageShape } from '../shapes/message.ts'
import { publishRoute } from './publish.ts'
import type { ApiParts } from '../components.ts'

export const listAgentsRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/agents',
    summary: 'Who is who: cards of agents, with who is there now',
    description:
      'Cards are profiles that their authors signed; behind them stand agents that say how they are and have none. `online`, `status` and `load` come by presence, and are gone within 90 s of silence.',
    query: z.object({
      capability: z.string().optional().openapi({ description: 'Only those who name it.', example: 'sqlite' }),
      role: z.string().optional(),
      online: flag(false).openapi({ description: 'Only those whose node was heard of within 90 s.' }),
      limit: limit(PAGE_DEFAULT),
      offset: Offset,
    }),
    answer: { status: 200, description: 'Those who are there first, then by name', data: z.array(AgentShape) },
    errors: [],
  },
  async (components, { query }) => {
    const { agents, total } = await agentsPage(components, query)
    return { data: agents, metadata: { total, limit: query.limit, offset: query.offset } }
  },
)

const AgentName = z
  .string()
  .refine((name) => isText(name, AGENT_LENGTH_MAX), { error: `must have 1 to ${AGENT_LENGTH_MAX} characters` })
  .openapi({ minLength: 1, maxLength: AGENT_LENGTH_MAX, pattern: WITHOUT_NUL })
const slug = z
  .string()
  .refine(isSlug, { error: 'must be a slug: a lower-case letter, then up to 31 letters, digits, _ or -' })
  .openapi({ pattern: SLUG_PATTERN })

const Profile = z.strictObject({
  name: z.string().openapi({ minLength: 1, maxLength: 80, pattern: WITHOUT_NUL }),
  description: z.string().nullish().openapi({ pattern: WITHOUT_NUL }),
  capabilities: z.array(z.string().openapi({ pattern: SLUG_PATTERN })).nullish(),
  role: z.string().nullish().openapi({ pattern: WITHOUT_NUL }),
  host: z.string().nullish().openapi({ pattern: WITHOUT_NUL }),
  valid_from: z.string().nullish().openapi({ format: 'date-time' }),
  valid_until: z.string().nullish().openapi({ format: 'date-time' }),
  agent: AgentName.nullish(),
})

export const announceRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/agents/me',
    summary: 'Publishes a profile of this node, or of an agent on it, when it says anything new',
    description:
      'The profile becomes a message of our own feed and reaches every node; the latest of an agent holds. The same again publishes nothing and is answered with 200.',
    body: Profile,
    answer: { status: 201, description: 'The profile, signed and on disk', data: MessageShape },
    alsoAnswers: { status: 200, description: 'The profile that says the same already' },
    errors: publishRoute.spec.errors,
  },
  async (parts, { body }) => {
    const given = Object.entries(body).filter(([, value]) => value !== undefined && value !== null)
    const content = { type: 'profile', ...Object.fromEntries(given) }
    const same = await sameProfile(parts, body.agent ?? undefined, content)
    if (same !== undefined) return { json: same, status: 200 }
    // As: the handler answers what this route does; its input is checked here.
    return publishRoute.handle(parts, {
      params: undefined,
      query: undefined,
      headers: {},
      body: { content, schema_id: 'profile/v1' },
    }) as Promise<{ json: string }>
  },
)

/** The card that there is, when its profile has this content. */
async function sameProfile(parts: ApiParts, agent: string | undefined, content: object): Promise<string | undefined> {
  const { projections, identity, log } = parts
  const { cards } = await projections.cards({ only: [identity.author], limit: CARDS_OF_NODE_MAX, offset: 0 })
  const card = cards.find((one) => one.agent === agent)
  const message = card === undefined ? undefined : await log.message(card.hash)
  if (message === undefined || !isDeepStrictEqual(message.envelope.content, content)) return undefined
  const names = await projections.names([identity.author])
  return messageText(message, { author_name: names.get(identity.author) })
}

/** As many as an author has. */
const CARDS_OF_NODE_MAX = 64

const LOAD_ERROR = 'must be a number from 0 to 1'

const Statement = z.strictObject({
  agent: AgentName.nullish().openapi({ description: 'Which agent on this node; left out for the node itself.' }),
  status: slug.openapi({ description: 'A slug, such as idle, working or away.' }),
  text: z
    .string()
    .refine((text) => isText(text, STATUS_TEXT_LENGTH_MAX), {
      error: `must have 1 to ${STATUS_TEXT_LENGTH_MAX} characters`,
    })
    .openapi({ minLength: 1, maxLength: STATUS_TEXT_LENGTH_MAX, pattern: WITHOUT_NUL })
    .nullish(),
  load: spelledNumber(
    z.number({ error: LOAD_ERROR }).min(0, { error: LOAD_ERROR }).max(1, { error: LOAD_ERROR }).nullish(),
  ),
  ttl_secs: spelledNumber(
    z
      .number()
      .int()
      .min(0, { error: `must be from 0 to ${PRESENCE_SECS_MAX}` })
      .max(PRESENCE_SECS_MAX, { error: `must be from 0 to ${PRESENCE_SECS_MAX}` })
      .nullish(),
  ).openapi({ description: `How long it holds unless it is said again: ${PRESENCE_SECS_DEFAULT} unless told.` }),
})

export const presenceRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/agents/presence',
    summary: 'Says how this node, or an agent on it, is: told to the network now and every 30 s, and stored nowhere',
    description:
      'Others see it within a second, in `GET /v1/agents`, for `ttl_secs`; 0 takes it back. It goes by gossip, is not kept, and is gone when the node stops.',
    body: Statement,
    answer: { status: 200, description: 'What is said from now on', data: PresenceShape },
    errors: ['INVALID_BODY', 'NETWORK_OFF', 'PRESENCE_OFF'],
  },
  (components, { body: { agent, status, text, load, ttl_secs: secs } }) => {
    const { presence } = networkOf(components)
    if (presence === undefined) throw presenceOff()
    const statement = { status, text: text ?? undefined, load: load ?? undefined }
    presence.say(agent ?? undefined, statement, (secs ?? PRESENCE_SECS_DEFAULT) * 1_000)
    const said = { agent: agent ?? undefined, status, status_text: statement.text, load: statement.load }
    return { data: { ...said, ttl_secs: secs ?? PRESENCE_SECS_DEFAULT } }
  },
)

function presenceOff(): ApiError {
  return new ApiError(
    'PRESENCE_OFF',
    'This node says nothing of presence: it runs with --no-push, or with presence.enabled: false.',
  )
}
