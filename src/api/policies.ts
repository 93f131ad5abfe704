// Retention policies as callers write and read them.

import { z } from '@hono/zod-openapi'
import { formatTimestamp, isAuthor } from '../feed/index.ts'
import { COMPACT_KEY_LENGTH_MAX, CRITERION_MAX, SCOPE_BYTES_MAX } from './constants.ts'
import { AUTHOR_PATTERN, valueOfNumber, withCode } from './queries.ts'
import type { Policy, PolicyDraft, PolicyScope } from '../log/index.ts'
import type { ApiErrorCode } from './error-codes.ts'
import type { PolicyData } from './shapes/retention.ts'

/** Steps into objects and arrays, as SQLite spells them. */
const JSON_PATH = /^\$(?:\.[\w-]+|\."[^"\\]+"|\[\d{1,9}\])+$/

/** A field that may be left out or null, and has a code of its own for everything that it must not be. */
function field<Value>(code: ApiErrorCode, error: string, isValid: (value: unknown) => value is Value) {
  return z
    .unknown()
    .optional()
    .refine((value) => value === undefined || value === null || isValid(value), { error, params: withCode(code) })
    .transform((value) => (valueOfNumber(value) ?? undefined) as Value | undefined) // As: the line above let nothing else through.
}

function criterion(code: ApiErrorCode, description: string) {
  return field(code, `must be a whole number from 1 to ${CRITERION_MAX}`, isCriterion).openapi({
    type: ['integer', 'null'],
    minimum: 1,
    maximum: CRITERION_MAX,
    description,
  })
}

function isCriterion(given: unknown): given is number {
  const value = valueOfNumber(given)
  return Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= CRITERION_MAX
}

function isPath(value: unknown): value is string {
  return typeof value === 'string' && value.length <= COMPACT_KEY_LENGTH_MAX && JSON_PATH.test(value)
}

const Scope = z
  .unknown()
  .optional()
  .transform((value, context) => {
    const scope = scopeOf(value)
    if (scope !== undefined) return scope
    context.issues.push({ code: 'custom', input: value, message: SCOPE_EXPECTED, params: withCode('INVALID_SCOPE') })
    return z.NEVER
  })
  .openapi({
    oneOf: [
      { type: 'string', enum: ['global'] },
      onlyWith('topic', { minLength: 1, maxLength: SCOPE_BYTES_MAX }),
      onlyWith('author', { pattern: AUTHOR_PATTERN }),
      onlyWith('content_type', { minLength: 1, maxLength: SCOPE_BYTES_MAX }),
    ],
  })

/** For /openapi.json: an object with this one text. */
function onlyWith(name: string, text: { pattern: string } | { minLength: number; maxLength: number }) {
  return {
    type: 'object' as const,
    properties: { [name]: { type: 'string' as const, ...text } },
    required: [name],
    additionalProperties: false,
  }
}

const SCOPE_EXPECTED = `must be "global", or an object with one of topic, author and content_type (text of 1 to ${SCOPE_BYTES_MAX} bytes, an author's name)`

function scopeOf(value: unknown): PolicyScope | undefined {
  if (value === 'global') return { kind: 'global' }
  if (typeof value !== 'object' || value === null) return undefined
  const given = Object.entries(value).filter(([, name]) => name !== null)
  const [[kind, name] = []] = given
  if (given.length !== 1 || typeof name !== 'string' || name === '' || Buffer.byteLength(name) > SCOPE_BYTES_MAX)
    return undefined
  if (kind === 'topic' || kind === 'content_type') return { kind, value: name }
  return kind === 'author' && isAuthor(name) ? { kind, value: name } : undefined
}

/** What a caller sends to make a policy, or to see what it would do. */
export const PolicyBody = z
  .strictObject({
    scope: Scope,
    max_age_secs: criterion('INVALID_MAX_AGE_SECS', 'Older messages go, by the earlier of claimed and received time.'),
    max_count: criterion('INVALID_MAX_COUNT', 'The newest so many stay.'),
    max_bytes: criterion('INVALID_MAX_BYTES', 'The newest whose texts are together not longer stay.'),
    compact_key: field(
      'INVALID_COMPACT_KEY',
      `must be a path into the content such as $.entity.id, of at most ${COMPACT_KEY_LENGTH_MAX} characters`,
      isPath,
    ).openapi({
      type: ['string', 'null'],
      maxLength: COMPACT_KEY_LENGTH_MAX,
      pattern: JSON_PATH.source,
      description: "Of each author's messages with the same value at this path of the content the latest stays.",
    }),
    include_self: z
      .boolean()
      .nullish()
      .transform((value) => value ?? true)
      .openapi({ type: ['boolean', 'null'], default: true, description: 'Whether our own messages count and go too.' }),
  })
  .refine((body) => CRITERIA.some((name) => body[name] !== undefined), {
    error: `must have at least one of max_age_secs, max_count, max_bytes and compact_key`,
    params: withCode('MISSING_CRITERION'),
  })

const CRITERIA = ['max_age_secs', 'max_count', 'max_bytes', 'compact_key'] as const

export function draftOf(body: z.output<typeof PolicyBody>): PolicyDraft {
  return {
    scope: body.scope,
    maxAgeSecs: body.max_age_secs,
    maxCount: body.max_count,
    maxBytes: body.max_bytes,
    compactKey: body.compact_key,
    includeSelf: body.include_self,
  }
}

export function policyData({
  id,
  scope,
  maxAgeSecs,
  maxCount,
  maxBytes,
  compactKey,
  includeSelf,
  createdAt,
}: Policy): PolicyData {
  return {
    id,
    scope: scope.kind === 'global' ? 'global' : { [scope.kind]: scope.value },
    max_age_secs: maxAgeSecs,
    max_count: maxCount,
    max_bytes: maxBytes,
    compact_key: compactKey,
    include_self: includeSelf,
    created_at: formatTimestamp(createdAt),
  }
}
