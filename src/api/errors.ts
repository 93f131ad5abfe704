// How a caller is refused: this layer's error, and what whatever was thrown becomes. The codes stand in error-codes.ts.

import { statusOfCode } from './error-codes.ts'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ApiErrorCode } from './error-codes.ts'

/** One wrong field of a query or body. */
export interface FieldFault {
  /** `tags[0]`; empty for the value as a whole. */
  field: string
  message: string
  /** Where the field has a code of its own. */
  code?: ApiErrorCode
}

/** Facts about a refusal: a list of wrong fields, or what was found and expected. */
export type ErrorDetails = readonly FieldFault[] | Readonly<Record<string, unknown>>

/** Thrown by everything in `api/`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode
  readonly details: ErrorDetails

  constructor(code: ApiErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }
}

/** What a caller is told, and with which status. */
export interface Failure {
  status: ContentfulStatusCode
  code: string
  message: string
  details: ErrorDetails
}

/** Codes of other layers that callers know by another name. */
const PUBLIC_NAME: ReadonlyMap<string, string> = new Map([
  // Content is looked at when a body is read, when it is reviewed and when it is sealed: a caller sees one refusal.
  ['FEED_TOO_LARGE', 'LOG_DRAFT_TOO_LARGE'],
  ['FEED_NOT_CANONICAL', 'LOG_DRAFT_INVALID'],
  ['LOG_KEY_CONFLICT', 'IDEMPOTENCY_CONFLICT'],
  ['SCHEMA_INVALID', 'INVALID_JSON_SCHEMA'],
  ['PEER_ADDRESS_INVALID', 'INVALID_ADDRESS'],
  ['LOG_TOPIC_INVALID', 'INVALID_TOPIC'],
  ['PROJECTION_QUERY_INVALID', 'INVALID_QUERY'],
  ['PROJECTION_CURSOR_INVALID', 'INVALID_QUERY'],
])

const INTERNAL: Failure = {
  status: 500,
  code: 'INTERNAL',
  message: 'Something went wrong inside the node. Its log has the facts.',
  details: {},
}

/** Translates whatever was thrown. Only errors with a code that callers know keep their words: others may hold internals. */
export function failureFrom(error: unknown): Failure {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return INTERNAL
  const code = PUBLIC_NAME.get(error.code) ?? error.code
  const status = statusOfCode(code)
  if (status === undefined) return INTERNAL
  return { status, code, message: error.message, details: detailsOf(error) }
}

/** One wrong field is told in the same way, whichever layer found it. */
function detailsOf(error: Error & { details?: unknown }): ErrorDetails {
  const details = error.details
  if (typeof details !== 'object' || details === null) return {}
  if ('faults' in details && Array.isArray(details.faults)) return details.faults as FieldFault[] // As: ContentError lists them so.
  if ('field' in details && typeof details.field === 'string') {
    return [{ ...details, field: details.field, message: error.message }]
  }
  return details as ErrorDetails // As: an object or a list of facts, whatever its keys.
}
