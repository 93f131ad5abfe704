// Everything a caller can be refused with: this layer's own codes, and one table from any code to its HTTP status.

import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** One wrong field of a query or body. */
export interface FieldFault {
  /** `tags[0]`; empty for the value as a whole. */
  field: string
  message: string
  /** Where the field has a code of its own. */
  code?: ApiErrorCode
}

/**
 * - `INVALID_QUERY`: a query parameter has a value that it cannot have; `details` lists them.
 * - `MISSING_QUERY`: a search without words.
 * - `INVALID_AUTHOR`, `INVALID_HASH`, `INVALID_ADDRESS`: malformed, in path or query.
 * - `AUTHOR_AMBIGUOUS`: a name or short key that several authors have; `details.candidates` lists them.
 * - `INVALID_TOPIC`: a topic without text, or too long.
 * - `INVALID_EVENT_ID`: a Last-Event-ID that no event of any store has.
 * - `TOO_MANY_CRITICAL`: more critical messages within an hour than readers count as such.
 * - `MUTES_FULL`: as many authors are muted as can be.
 * - `TOO_MANY_STREAMS`: as many clients as a node serves are listening to its events.
 * - `INVALID_CONTENT_TYPE`, `INVALID_VERSION`, `INVALID_JSON_SCHEMA`, `INVALID_SCHEMA_ID`: a schema that cannot be registered, or named.
 * - `INVALID_IDEMPOTENCY_KEY`: an `Idempotency-Key` that is empty, too long, or not ASCII.
 * - `INVALID_SCOPE`, `INVALID_MAX_AGE_SECS`, `INVALID_MAX_COUNT`, `INVALID_MAX_BYTES`, `INVALID_COMPACT_KEY`: a field of a retention policy.
 * - `MISSING_CRITERION`: a retention policy that would remove nothing.
 * - `INVALID_JSON`: the body is not JSON in UTF-8.
 * - `INVALID_BODY`: the body is JSON of another shape; `details` lists the fields.
 * - `INVALID_ARGUMENTS`: what a tool was called with does not fit its schema; `details` lists the arguments.
 * - `BODY_TOO_LARGE`: over 1 MiB.
 * - `UNSUPPORTED_MEDIA_TYPE`: a body that is not `application/json`.
 * - `INVALID_REQUEST`: not HTTP, or a Host or URL that cannot be.
 * - `HEADERS_TOO_LARGE`, `REQUEST_TIMEOUT`: the request never came to its end.
 * - `FORBIDDEN_HOST`, `FORBIDDEN_ORIGIN`: a web page of another site is asking (DNS rebinding, request forgery).
 * - `UNAUTHORIZED`: the token of this node is missing, or is another one.
 * - `NOT_FOUND`: no such route, message or other thing.
 * - `METHOD_NOT_ALLOWED`: the route exists for other verbs; the Allow header names them.
 * - `NETWORK_OFF`: this node runs without network.
 * - `PRESENCE_OFF`: this node takes part in no presence.
 * - `UNHEALTHY`: the node runs and something is wrong with it; `details` lists the reasons.
 * - `INTERNAL`: a fault of ours; the log has the facts.
 * - `API_PORT_IN_USE`, `API_LISTEN_FAILED`: the server cannot start.
 */
export type ApiErrorCode =
  | 'INVALID_QUERY'
  | 'MISSING_QUERY'
  | 'INVALID_AUTHOR'
  | 'AUTHOR_AMBIGUOUS'
  | 'INVALID_HASH'
  | 'INVALID_ADDRESS'
  | 'INVALID_TOPIC'
  | 'INVALID_EVENT_ID'
  | 'TOO_MANY_STREAMS'
  | 'TOO_MANY_CRITICAL'
  | 'MUTES_FULL'
  | 'INVALID_CONTENT_TYPE'
  | 'INVALID_VERSION'
  | 'INVALID_JSON_SCHEMA'
  | 'INVALID_SCHEMA_ID'
  | 'INVALID_IDEMPOTENCY_KEY'
  | 'INVALID_SCOPE'
  | 'INVALID_MAX_AGE_SECS'
  | 'INVALID_MAX_COUNT'
  | 'INVALID_MAX_BYTES'
  | 'INVALID_COMPACT_KEY'
  | 'MISSING_CRITERION'
  | 'INVALID_JSON'
  | 'INVALID_BODY'
  | 'INVALID_ARGUMENTS'
  | 'BODY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'INVALID_REQUEST'
  | 'HEADERS_TOO_LARGE'
  | 'REQUEST_TIMEOUT'
  | 'FORBIDDEN_HOST'
  | 'FORBIDDEN_ORIGIN'
  | 'UNAUTHORIZED'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'NETWORK_OFF'
  | 'PRESENCE_OFF'
  | 'UNHEALTHY'
  | 'INTERNAL'
  | 'API_PORT_IN_USE'
  | 'API_LISTEN_FAILED'

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

/** Codes of all layers that may reach a caller. A code that is not here is a fault of ours: 500 INTERNAL. */
const STATUS_OF_CODE: ReadonlyMap<string, ContentfulStatusCode> = new Map([
  ['INVALID_QUERY', 400],
  ['MISSING_QUERY', 400],
  ['INVALID_AUTHOR', 400],
  ['INVALID_HASH', 400],
  ['INVALID_ADDRESS', 400],
  ['INVALID_TOPIC', 400],
  ['INVALID_EVENT_ID', 400],
  ['INVALID_IDEMPOTENCY_KEY', 400],
  ['INVALID_SCOPE', 400],
  ['INVALID_MAX_AGE_SECS', 400],
  ['INVALID_MAX_COUNT', 400],
  ['INVALID_MAX_BYTES', 400],
  ['INVALID_COMPACT_KEY', 400],
  ['MISSING_CRITERION', 400],
  ['INVALID_JSON', 400],
  ['INVALID_REQUEST', 400],
  ['UNAUTHORIZED', 401],
  ['FORBIDDEN_HOST', 403],
  ['FORBIDDEN_ORIGIN', 403],
  ['NOT_FOUND', 404],
  ['METHOD_NOT_ALLOWED', 405],
  ['REQUEST_TIMEOUT', 408],
  ['BODY_TOO_LARGE', 413],
  ['UNSUPPORTED_MEDIA_TYPE', 415],
  ['INVALID_BODY', 422],
  ['INVALID_ARGUMENTS', 422],
  ['HEADERS_TOO_LARGE', 431],
  ['TOO_MANY_STREAMS', 503],
  ['NETWORK_OFF', 503],
  ['PRESENCE_OFF', 503],
  ['UNHEALTHY', 503],
  ['SCHEMA_MISMATCH', 400],
  ['SCHEMA_UNKNOWN', 400],
  ['SCHEMA_UNCHECKED', 400],
  ['INVALID_CONTENT_TYPE', 400],
  ['INVALID_VERSION', 400],
  ['INVALID_JSON_SCHEMA', 400],
  ['INVALID_SCHEMA_ID', 400],
  ['SCHEMA_NOT_FOUND', 404],
  ['SCHEMA_VERSION_TAKEN', 409],
  ['SCHEMA_INCOMPATIBLE', 409],
  ['SCHEMA_LIMIT', 409],
  ['SCHEMA_BUILTIN', 409],
  ['SECRET_FOUND', 422],
  ['ENCRYPTION_UNSUPPORTED', 422],
  ['LOG_DRAFT_INVALID', 422],
  ['LOG_DRAFT_TOO_LARGE', 413],
  ['LOG_ROLLED_BACK', 409],
  ['LOG_FORKED', 409],
  ['LOG_CLOSED', 503],
  ['IDEMPOTENCY_CONFLICT', 409],
  ['AUTHOR_AMBIGUOUS', 409],
  ['MUTES_FULL', 409],
  ['TOO_MANY_CRITICAL', 429],
  ['LOG_SELECTION_FULL', 409],
  ['LOG_POLICIES_FULL', 409],
  ['LOG_BLOCK_OWN', 409],
  ['STORE_BACKUP_RUNNING', 409],
  ['STORE_FULL', 507],
  ['STORE_UNWRITABLE', 503],
  ['STORE_DISK_FAILED', 503],
  ['STORE_DAMAGED', 503],
  ['HOOK_UNKNOWN', 404],
  ['HOOK_LETTER_UNKNOWN', 404],
  ['HOOK_MESSAGE_GONE', 409],
  ['MEMORY_UNKNOWN', 404],
  ['MEMORY_NOT_OURS', 403],
  ['MEMORY_WITHDRAWN', 409],
  ['MEMORY_NOT_RETRACTED', 409],
  ['MEMORY_STILL_RETRACTED', 503],
  ['MEMORY_NOT_GONE', 503],
  ['MEMORY_LOCAL', 409],
  ['MEMORY_LOCAL_FULL', 409],
  ['PEER_UNKNOWN', 404],
  ['PEER_NOT_BANNED', 404],
  ['PEER_FROM_CONFIG', 409],
  ['PEER_TABLE_FULL', 409],
])

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

/** The HTTP status of a code; 500 for one that callers never see. */
export function statusOfCode(code: string): ContentfulStatusCode {
  return STATUS_OF_CODE.get(code) ?? 500
}

/** Translates whatever was thrown. Only errors with a code of the table keep their words: others may hold internals. */
export function failureFrom(error: unknown): Failure {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return INTERNAL
  const code = PUBLIC_NAME.get(error.code) ?? error.code
  const status = STATUS_OF_CODE.get(code)
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
