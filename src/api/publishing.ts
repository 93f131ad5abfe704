// What every call that publishes shares: it is reviewed, signed once under a key, and answered with what was signed.

import { z } from '@hono/zod-openapi'
import { parseTimestamp } from '../feed/index.ts'
import { claimWarnings } from './claim-warnings.ts'
import { messageText } from './message-text.ts'
import { withCode } from './queries.ts'
import { isCritical, refuseTooManyCritical, severityWarnings } from './severity.ts'
import { MessageShape } from './shapes/message.ts'
import type { Warning } from '../content/index.ts'
import type { Draft } from '../feed/index.ts'
import type { Published } from '../log/index.ts'
import type { ApiParts } from './components.ts'
import type { Answer } from './route.ts'

/** Visible ASCII and spaces, as the keys of other services. */
const KEY = /^[\x20-\x7e]{1,255}$/

/** The request headers of a call that publishes. */
export const PublishHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .refine((key) => KEY.test(key), {
      error: 'must have 1 to 255 characters of visible ASCII',
      params: withCode('INVALID_IDEMPOTENCY_KEY'),
    })
    .optional()
    .openapi({
      // HTTP takes away the spaces at both ends.
      pattern: '^[!-~]([ -~]{0,253}[!-~])?$',
      description:
        'Chosen by the caller: the same body under the same key is published once within 24 hours, and answered as the first time.',
    }),
})

/** What a call that publishes answers, and how it can fail. */
export const PUBLISHES = {
  headers: PublishHeaders,
  answer: {
    status: 201,
    description: 'The message, signed and on disk',
    headers: { Location: 'The path of the message.' },
    data: MessageShape,
  },
  alsoAnswers: {
    status: 200,
    description: 'The message of the first time, under the same Idempotency-Key',
    headers: { Location: 'The path of the message.', 'Idempotency-Replayed': 'true' },
  },
  errors: [
    'SCHEMA_MISMATCH',
    'SCHEMA_UNKNOWN',
    'SCHEMA_UNCHECKED',
    'SECRET_FOUND',
    'ENCRYPTION_UNSUPPORTED',
    'INVALID_IDEMPOTENCY_KEY',
    'IDEMPOTENCY_CONFLICT',
    'LOG_DRAFT_INVALID',
    'LOG_DRAFT_TOO_LARGE',
    'LOG_ROLLED_BACK',
    'LOG_FORKED',
    'LOG_CLOSED',
    'STORE_FULL',
  ],
} as const

type Parts = Pick<ApiParts, 'log' | 'projections' | 'reviewer' | 'clock' | 'mutex'>

/** How it is published. */
interface PublishInit {
  key: string | undefined
  /**
   * Whether a critical message too many is refused instead of warned of.
   *
   * @default false
   */
  limitsCritical?: boolean
}

/**
 * Publishes a draft, under a key at most once a day.
 *
 * @throws ApiError `TOO_MANY_CRITICAL`
 */
export function publish(parts: Parts, draft: Draft, init: PublishInit): Promise<Answer<never>> {
  const work = () => publishNow(parts, draft, init)
  // Between the count of critical messages and the signing of one no other is signed.
  return isCritical(draft.content) ? parts.mutex.run('critical messages', work) : work()
}

async function publishNow(
  { log, projections, reviewer, clock }: Parts,
  draft: Draft,
  { key, limitsCritical = false }: PublishInit,
): Promise<Answer<never>> {
  // Before it is reviewed again: what was signed is answered, whatever this node thinks of it now.
  const earlier = key === undefined ? undefined : await log.publishedOnce(draft, key)
  const names = await projections.recentNames([log.author])
  const name = names.get(log.author)
  if (earlier !== undefined) return answerOf(earlier, name)
  if (limitsCritical && isCritical(draft.content)) await refuseTooManyCritical({ projections, log })
  const reviewed = await reviewer.review(draft)
  const warnings = [
    ...reviewed,
    ...expiryWarnings(draft, clock()),
    ...(await claimWarnings(draft.content, log)),
    ...(await severityWarnings(draft.content, { projections, log })),
  ]
  if (key === undefined) return answerOf({ message: await log.publish(draft) }, name, warnings)
  return answerOf(await log.publishOnce(draft, { key, note: JSON.stringify(warnings) }), name, warnings)
}

function answerOf(
  { message, earlier }: Published,
  name: string | undefined,
  warnings: readonly Warning[] = [],
): Answer<never> {
  // As: the note of a publish of ours is what the handler above has written.
  const said = earlier === undefined ? warnings : (JSON.parse(earlier.note) as Warning[])
  return {
    json: messageText(message, { author_name: name }),
    ...(earlier !== undefined && { status: 200 }),
    headers: {
      Location: `/v1/message/${message.hash}`,
      ...(earlier !== undefined && { 'Idempotency-Replayed': 'true' }),
    },
    ...(said.length > 0 && { metadata: { warnings: said } }),
  }
}

/** A client that was written down with a date still works when the date has passed, as the original's manual does. */
export function expiryWarnings({ expiresAt }: { expiresAt?: string | undefined }, now: number): Warning[] {
  if (expiresAt === undefined || parseTimestamp(expiresAt) > now) return []
  const message = `expires_at ${expiresAt} has passed: it is taken all the same, and nobody will be shown it.`
  return [{ code: 'ALREADY_EXPIRED', field: 'expires_at', message }]
}
