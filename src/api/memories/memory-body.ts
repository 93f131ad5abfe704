// What a caller gives of a memory, brought into the form that is signed or kept.

import { z } from '@hono/zod-openapi'
import { canonicalContent, parseTimestamp } from '../../feed/index.ts'
import { ApiError } from '../errors.ts'
import { canonicalTimeText, hashText, SAYS_SOMETHING, SLUG_PATTERN, WITHOUT_NUL } from '../queries.ts'
import type { Schemas } from '../../content/index.ts'
import type { MemoryDraft } from '../../memory/index.ts'

/** For /openapi.json: text as protocols/content has it, which checks it. */
function text(lengthMax: number) {
  return { minLength: 1, maxLength: lengthMax, pattern: WITHOUT_NUL }
}

/**
 * The fields of a memory. Null is as good as nothing: clients send it for what they leave out. How long each may be, its schema says. No
 * others, because a misspelt visibility would give to everybody what was meant for this machine.
 */
const Fields = z.strictObject({
  content: z
    .string({ error: 'must be a text' })
    .refine((text) => text.trim() !== '', { error: 'says nothing: give what is to be remembered' })
    .openapi({ pattern: SAYS_SOMETHING, description: 'What is remembered: 32 KiB of UTF-8 at most.' }),
  category: z.string().nullish().openapi({
    pattern: SLUG_PATTERN,
    description:
      'A slug; global when absent. Suggested: project, conversation, agent, global, incidents, runbooks, security, rules.',
  }),
  title: z
    .string()
    .nullish()
    .openapi({ ...text(300), description: 'What it is about, in a line.' }),
  project: z
    .string()
    .nullish()
    .openapi({ ...text(200), description: 'Which project it belongs to.' }),
  context: z.string().nullish().openapi({ pattern: WITHOUT_NUL, description: 'Where and when it holds.' }),
  metadata: z
    .record(z.string(), z.unknown())
    .nullish()
    .openapi({ description: 'Any object of 4 KiB of JSON at most.' }),
  tags: z
    .array(z.string().openapi(text(128)))
    .nullish()
    .openapi({ maxItems: 64, description: 'Words to find it by.' }),
  links: z
    .array(hashText('INVALID_BODY'))
    .nullish()
    .openapi({ maxItems: 16, description: 'Hashes of messages that it is about or follows from.' }),
  agent: z
    .string()
    .nullish()
    .openapi({ ...text(80), description: 'Which of several agents of this node says it.' }),
  expires_at: canonicalTimeText('INVALID_BODY')
    .nullish()
    .openapi({ type: ['string', 'null'] }),
})

/** Of a new version: where it lives is where the memory lives that it replaces. What is absent stays, null takes it away. */
export const VersionBody = Fields

export const RememberBody = Fields.extend({
  visibility: z.enum(['mesh', 'local'], { error: 'must be mesh or local' }).nullish().openapi({
    description:
      'mesh, unless said otherwise: signed, and sent to every node. local: kept on this machine, never signed, never sent.',
  }),
  supersedes: z.string().nullish().openapi({ description: 'The memory that this one replaces: its hash or local id.' }),
})

/**
 * A version in which what its author does not give is as the version before has it, but for who is speaking.
 *
 * @param now - milliseconds since 1970: a time that has passed does not stay
 */
export function withWhatStays(
  body: z.infer<typeof Fields>,
  { content, tags, expiresAt }: MemoryDraft,
  now: number,
): z.infer<typeof Fields> {
  const given = Object.entries(body).filter(([, value]) => value !== undefined)
  const isAhead = expiresAt !== undefined && parseTimestamp(expiresAt) > now
  return {
    ...Object.fromEntries(STAYING.map((field) => [field, content[field]])),
    ...(tags !== undefined && { tags: [...tags] }),
    ...(isAhead && { expires_at: expiresAt }),
    ...Object.fromEntries(given),
    content: body.content,
  }
}

const STAYING = ['category', 'title', 'project', 'context', 'metadata', 'links'] as const

/**
 * The draft of a memory.
 *
 * @throws ApiError `INVALID_BODY` for what breaks protocols/content/memory/1
 * @throws FeedError `FEED_TOO_LARGE`, `FEED_NOT_CANONICAL` for what could not be signed
 */
export async function draftFrom(body: z.infer<typeof Fields>, schemas: Pick<Schemas, 'check'>): Promise<MemoryDraft> {
  const { content, category, title, project, context, metadata, links, agent, tags, expires_at } = body
  const fields = { category: category ?? 'global', title, project, context, metadata, links, agent }
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)
  const memory = { type: 'memory', content, ...Object.fromEntries(given) }
  await refuseMisfits(memory, tags ?? [], schemas)
  return { content: memory, tags: tags ?? undefined, expiresAt: expires_at ?? undefined }
}

/** Tags stand in the envelope, and are held against the same schema here, so that all that is wrong is told at once. */
async function refuseMisfits(
  memory: Readonly<Record<string, unknown>>,
  tags: readonly string[],
  schemas: Pick<Schemas, 'check'>,
): Promise<void> {
  const value: unknown = JSON.parse(canonicalContent({ ...memory, tags }))
  const verdict = await schemas.check(value, 'memory/v1')
  if (verdict.kind !== 'misfits') return
  const faults = verdict.mismatches.map(({ field, message }) => ({ field, message }))
  throw new ApiError('INVALID_BODY', `${faults.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, faults)
}
