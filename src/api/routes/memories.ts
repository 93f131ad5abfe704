// /v1/memories: what agents remember, in the mesh or on this machine alone.

import { z } from '@hono/zod-openapi'
import { localId } from '../../memory/index.ts'
import { PAGE_DEFAULT } from '../constants.ts'
import { ApiError } from '../errors.ts'
import { draftFrom, RememberBody, VersionBody, withWhatStays } from '../memories/memory-body.ts'
import { idIn, MemoryIdText, refuseMoving } from '../memories/memory-ids.ts'
import { authorsOf, memoryText, memoryWithHistoryText } from '../memories/memory-text.ts'
import { messageText } from '../message-text.ts'
import { expiryWarnings, PUBLISHES, PublishHeaders } from '../publishing.ts'
import { choicesText, limit, Offset } from '../queries.ts'
import { defineRoute } from '../route.ts'
import { filtersGiven, NARROWING, PLACES, Visibility, Words } from '../search-queries.ts'
import { ForgottenShape, MemoryShape } from '../shapes/memories.ts'
import { MessageShape } from '../shapes/message.ts'
import type { MemoryDraft, MemoryWithHistory, Remembered } from '../../memory/index.ts'
import type { ApiParts } from '../components.ts'
import type { Answer } from '../route.ts'

const OWN_ERRORS = ['INVALID_HASH', 'MEMORY_UNKNOWN', 'MEMORY_NOT_OURS'] as const

/** Of calls that sign a message without words of the caller's. */
const SIGNING_ERRORS = ['LOG_ROLLED_BACK', 'LOG_FORKED', 'LOG_CLOSED', 'STORE_FULL'] as const

const Params = z.object({ id: MemoryIdText })

const Reason = z
  .string()
  .max(1_000, { error: 'may have 1,000 characters at most' })
  .optional()
  .openapi({ description: 'Why, for whoever meets the message that does it. It is public.' })

const HIDDEN = ['superseded', 'retracted'] as const

/** Two lists are merged from their beginning. */
const OFFSET_MAX = 1_000

const Query = z.object({
  q: Words.optional().openapi({ description: 'Words to look for: the best first. Without it, the newest first.' }),
  ...PLACES,
  ...NARROWING,
  visibility: Visibility.optional(),
  include: choicesText(HIDDEN)
    .default([])
    .openapi({ description: 'What is shown although it holds no longer; local.flags then says so.' }),
  limit: limit(PAGE_DEFAULT),
  offset: Offset.refine((count) => count <= OFFSET_MAX, {
    error: `must be ${OFFSET_MAX.toLocaleString('en')} at most: page on with after instead`,
  }),
  after: z.string().optional().openapi({ minLength: 1, description: 'The next of the page before; without q only.' }),
})

export const rememberRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/memories',
    summary: 'Remembers something: in the mesh, or on this machine alone',
    description:
      'In the mesh it becomes a signed message that every node can read. What says the same as a memory of ours that is in force is answered with 200 and that one; `supersedes` puts it in the place of another.',
    headers: PublishHeaders,
    body: RememberBody,
    answer: {
      status: 201,
      description: 'The memory, signed or kept, and on disk; metadata.similar names others that say nearly the same',
      headers: { Location: 'The path of the memory.' },
      data: MemoryShape,
    },
    alsoAnswers: {
      status: 200,
      description: 'The memory of ours that says the same already, or that was made under the same Idempotency-Key',
      headers: { Location: 'The path of the memory.' },
    },
    errors: [...OWN_ERRORS, 'MEMORY_WITHDRAWN', 'MEMORY_LOCAL_FULL', ...PUBLISHES.errors],
  },
  async (parts, { body, headers }) => {
    const { memories, schemas } = parts
    const draft = await draftFrom(body, schemas)
    const key = headers['Idempotency-Key']
    if (typeof body.supersedes === 'string') {
      const id = idIn(body.supersedes, 'supersedes')
      refuseMoving(id, body.visibility)
      return answerOf(await memories.supersede(id, draft, key), draft, parts)
    }
    const isLocal = body.visibility === 'local'
    return answerOf(isLocal ? await memories.keep(draft) : await memories.remember(draft, key), draft, parts)
  },
)

export const memoriesRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/memories',
    summary: 'What is remembered here: what fits some words best, or the newest',
    description:
      'With `q` ranked, without it by time. What was superseded, retracted or has expired is left out, unless `include` names it. Go on with `after` without `q`, with `offset` (to 1,000) in a search.',
    query: Query,
    answer: {
      status: 200,
      description: 'Memories; local.visibility says where each lives',
      data: z.array(MemoryShape),
    },
    errors: [],
  },
  async ({ memories, projections, clock }, { query }) => {
    const { q = '', limit, offset, after, visibility, ...filters } = query
    if (q.trim() !== '' && after !== undefined) throw notTogether()
    const asked = { ...filters, livingIn: visibility, limit, offset }
    const found =
      q.trim() === '' ? await memories.recent({ ...asked, after }) : await memories.recall({ ...asked, text: q })
    const names = await projections.names(authorsOf(found.memories))
    const telling = { names, filters: filtersGiven(query, FILTERS), now: clock() }
    const items = found.memories.map((memory) => memoryText(memory, telling))
    return { items, metadata: { total: found.total, limit, offset, next: found.next } }
  },
)

export const memoryRoute = defineRoute(
  {
    method: 'get',
    path: '/v1/memories/{id}',
    summary: 'One memory, with its versions and what became of it',
    description:
      'By the hash of any version, also one that holds no longer: `local.effect` says so, and `local.history` lists them all.',
    params: Params,
    answer: { status: 200, description: 'The version that was asked for', data: MemoryShape },
    errors: ['INVALID_HASH', 'MEMORY_UNKNOWN'],
  },
  async (parts, { params: { id } }) => wholeAnswer(await parts.memories.get(id), parts),
)

export const supersedeRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/memories/{id}/supersede',
    summary: 'Puts a new version in the place of a memory of ours',
    description:
      'content is needed; of the rest, but agent, what is not given stays as the version in force has it, and null takes it away. It lives where the memory lives, in the mesh or on this machine. Only of our own.',
    params: Params,
    headers: PublishHeaders,
    body: VersionBody,
    answer: {
      status: 201,
      description: 'The new version',
      headers: { Location: 'The path of the memory.' },
      data: MemoryShape,
    },
    alsoAnswers: { status: 200, description: 'The version that was made under the same Idempotency-Key' },
    errors: [...OWN_ERRORS, 'MEMORY_WITHDRAWN', ...PUBLISHES.errors],
  },
  async (parts, { params: { id }, body, headers }) => {
    const { memories, schemas, clock } = parts
    const key = headers['Idempotency-Key']
    const draft = await draftFrom(withWhatStays(body, await memories.latest(id, key), clock()), schemas)
    return answerOf(await memories.supersede(id, draft, key), draft, parts)
  },
)

export const retractMemoryRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/memories/{id}/retract',
    summary: 'Hides a memory of ours from everybody; restore undoes it',
    description:
      'Publishes a message, so that every node leaves it out; text and history stay. Only of our own, and only in the mesh: one of this machine alone is forgotten instead.',
    params: Params,
    query: z.object({ reason: Reason }),
    answer: { status: 201, description: 'The message that hides it', data: MessageShape },
    errors: [...OWN_ERRORS, 'MEMORY_LOCAL', ...SIGNING_ERRORS],
  },
  async ({ memories, projections }, { params: { id }, query: { reason } }) => {
    const message = await memories.retract(id, reason)
    const names = await projections.recentNames([message.author])
    return { json: messageText(message, { author_name: names.get(message.author) }) }
  },
)

export const restoreMemoryRoute = defineRoute(
  {
    method: 'post',
    path: '/v1/memories/{id}/restore',
    summary: 'Shows a memory of ours again that was retracted',
    description:
      'Takes back each message that hides it, 256 in one call at most; MEMORY_STILL_RETRACTED says that another call goes on.',
    params: Params,
    answer: { status: 200, description: 'The memory', data: MemoryShape },
    errors: [...OWN_ERRORS, 'MEMORY_LOCAL', 'MEMORY_NOT_RETRACTED', 'MEMORY_STILL_RETRACTED', ...SIGNING_ERRORS],
  },
  async (parts, { params: { id } }) => wholeAnswer(await parts.memories.restore(id), parts),
)

export const forgetRoute = defineRoute(
  {
    method: 'delete',
    path: '/v1/memories/{id}',
    summary: 'Forgets a memory of ours, all its versions, for good: text and index are gone here when this answers',
    description:
      'In the mesh a message asks every node to do the same, and nobody can be forced. One of this machine alone is deleted. It cannot be undone.',
    params: Params,
    query: z.object({ reason: Reason }),
    answer: { status: 200, description: 'What is gone, and who was asked', data: ForgottenShape },
    errors: [...OWN_ERRORS, 'MEMORY_NOT_GONE', ...SIGNING_ERRORS],
  },
  async ({ memories }, { params: { id }, query: { reason } }) => {
    const forgotten = await memories.forget(id, reason)
    return {
      data: { ...forgotten, peers: forgotten.message === undefined ? ('never_had_it' as const) : ('asked' as const) },
    }
  },
)

async function answerOf(
  { memory, isNew, warnings, similar }: Remembered,
  draft: MemoryDraft,
  { projections, clock }: Pick<ApiParts, 'projections' | 'clock'>,
): Promise<Answer<never>> {
  const isMesh = memory.kind === 'mesh'
  const told = [...warnings, ...expiryWarnings(draft, clock())]
  const id = isMesh ? memory.message.hash : localId(memory.memory.number)
  return {
    json: memoryText(memory, { names: await projections.recentNames(authorsOf([memory])), now: clock() }),
    ...(!isNew && { status: 200 }),
    headers: { Location: `/v1/memories/${id}` },
    metadata: { ...(told.length > 0 && { warnings: told }), ...(similar.length > 0 && { similar }) },
  }
}

async function wholeAnswer(
  memory: MemoryWithHistory,
  { projections, clock }: Pick<ApiParts, 'projections' | 'clock'>,
): Promise<Answer<never>> {
  const names = await projections.names(authorsOf([memory]))
  return { json: memoryWithHistoryText(memory, { names, now: clock() }) }
}

const FILTERS = ['category', 'project', 'tag', 'author', 'agent', 'since', 'visibility'] as const

function notTogether(): ApiError {
  const message = 'goes with the list of the newest: of a search, take offset'
  return new ApiError('INVALID_QUERY', `after ${message}.`, [{ field: 'after', message }])
}
