// /v1/queries: what is asked of others, how it stands, and what was answered, the best first.

import { z } from '@hono/zod-openapi'
import { MESSAGES_DEFAULT } from '../constants.ts'
import { ApiError } from '../errors.ts'
import { Addressees, addresseesMeant, bytesText, draftOf, ENVELOPE_FIELDS } from '../mail-bodies.ts'
import { messageText } from '../message-text.ts'
import { PUBLISHES, publish } from '../publishing.ts'
import { hashText, limit, Offset, spelledNumber } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { MessageShape } from '../shapes/message.ts'
import { Count } from '../shapes/values.ts'
import type { Hash } from '../../feed/index.ts'
import type { MessageEntry } from '../../log/index.ts'
import type { ApiComponents } from '../components.ts'

const STATES = ['open', 'answered', 'expired'] as const
const CONTEXTS = ['informational', 'advisory', 'approved_directive'] as const
const { reply_to: _, ...SAID } = ENVELOPE_FIELDS

const StandingShape = z.object({
  state: z.enum(STATES).openapi({ description: 'open until somebody answers or its time is over.' }),
  answers: Count,
})

const QuestionShape = MessageShape.extend({ local: MessageShape.shape.local.extend({ query: StandingShape }) })

const AnswerShape = MessageShape.extend({
  local: MessageShape.shape.local.extend({
    response: z.object({
      accepted: z.boolean().openapi({ description: 'Whether the asker endorses it.' }),
      stance: z.number().int().openapi({ description: 'Endorsements less disputes.' }),
    }),
  }),
})

const HashParams = z.object({ hash: hashText('INVALID_HASH') })

export const askRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/queries',
    summary: 'Asks others something: a signed query',
    description:
      'Everybody can read it; `to` says who should answer. With `expires_at` it is open no longer than that.',
    body: z.strictObject({
      question: bytesText(16_384),
      to: Addressees.nullish(),
      execution_context: z.enum(CONTEXTS).nullish(),
      ...SAID,
    }),
    ...PUBLISHES,
    errors: [...PUBLISHES.errors, 'INVALID_AUTHOR', 'AUTHOR_AMBIGUOUS'],
  },
  async (parts, { body, headers }) => {
    const { tags, expires_at: expiresAt, to, ...said } = body
    const content = { type: 'query', ...said, to: await addresseesMeant(parts, to) }
    return publish(parts, draftOf(content, { tags, expiresAt }), { key: headers['Idempotency-Key'] })
  },
)

export const questionsRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/queries',
    summary: 'Queries of everybody, newest first',
    description: 'What was taken back or is of a blocked author is left out. Page with `offset`.',
    query: z.object({ state: z.enum(STATES).optional(), limit: limit(MESSAGES_DEFAULT), offset: Offset }),
    answer: { status: 200, description: 'Queries; local.query says how each stands', data: z.array(QuestionShape) },
    errors: [],
  },
  async ({ projections }, { query }) => {
    const page = await projections.questions(query)
    const names = await projections.names(page.map(({ query: { author } }) => author))
    const items = page.map(({ query: asked, state, answers }) =>
      messageText(asked, { author_name: names.get(asked.author), query: { state, answers } }),
    )
    return { items, metadata: { limit: query.limit, offset: query.offset } }
  },
)

export const questionRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/queries/{hash}',
    summary: 'A query, and the responses to it, the best first',
    description:
      'What the asker endorses comes first, then what most endorse, then the most confident. NOT_FOUND also for what is no query, or was taken back.',
    params: HashParams,
    answer: {
      status: 200,
      description: 'The query and at most a hundred responses',
      data: z.object({ query: QuestionShape, responses: z.array(AnswerShape) }),
    },
    errors: ['INVALID_HASH', 'NOT_FOUND'],
  },
  async (parts, { params: { hash } }) => {
    const { projections } = parts
    const question = await projections.question(await shown(parts, hash))
    if (question === undefined) throw notFound(hash)
    const { query, state, answers, responses } = question
    const names = await projections.names([query.author, ...responses.map(({ response }) => response.author)])
    const answered = responses.map(({ response, isAccepted, stance }) =>
      messageText(response, { author_name: names.get(response.author), response: { accepted: isAccepted, stance } }),
    )
    const asked = messageText(query, { author_name: names.get(query.author), query: { state, answers } })
    return { json: `{"query":${asked},"responses":[${answered.join(',')}]}` }
  },
)

export const answerRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/queries/{hash}/responses',
    summary: 'Answers a query: a signed response, meant for who asked',
    description: 'Everybody can read it. The query has to be held here and in force: else NOT_FOUND.',
    params: HashParams,
    body: z.strictObject({
      answer: bytesText(32_768),
      confidence: spelledNumber(z.number().min(0).max(1).nullish()),
      execution_context: z.enum(CONTEXTS).nullish(),
      to: Addressees.nullish().openapi({ description: 'As of a message; who asked when absent.' }),
      ...SAID,
    }),
    ...PUBLISHES,
    errors: [...PUBLISHES.errors, 'INVALID_HASH', 'NOT_FOUND', 'INVALID_AUTHOR', 'AUTHOR_AMBIGUOUS'],
  },
  async (parts, { params: { hash }, body, headers }) => {
    const asked = await shown(parts, hash)
    if ((await parts.projections.question(asked)) === undefined) throw notFound(hash)
    const { tags, expires_at: expiresAt, to, ...said } = body
    const addressees = (await addresseesMeant(parts, to)) ?? [asked.author]
    const content = { type: 'response', query_hash: hash, ...said, to: addressees }
    return publish(parts, draftOf(content, { relates: hash, tags, expiresAt }), { key: headers['Idempotency-Key'] })
  },
)

async function shown({ log }: ApiComponents, hash: Hash): Promise<MessageEntry> {
  const message = await log.message(hash)
  if (message === undefined || log.selection.isBlocked(message.author)) throw notFound(hash)
  return message
}

function notFound(hash: Hash): ApiError {
  return new ApiError('NOT_FOUND', `No query ${hash} is held here, or it is not in force.`, { hash })
}
