// Every code that a caller can be refused with, its HTTP status, and what it means. Codes are public and frozen; /openapi.json tells these words.

import type { ContentfulStatusCode } from 'hono/utils/http-status'

type Meaning = readonly [status: ContentfulStatusCode, meaning: string]

/** This layer's own. */
const OWN = {
  INVALID_QUERY: [400, 'A parameter of the query has a value that it cannot have; details lists them.'],
  MISSING_QUERY: [400, 'A search without words.'],
  INVALID_AUTHOR: [400, 'No author: neither a public_id nor the name or short key of somebody who is known here.'],
  INVALID_HASH: [400, 'Not the hash of a message, or not the id of a memory.'],
  INVALID_ADDRESS: [400, 'Neither host:port nor a multiaddr, or an address that no node may call.'],
  INVALID_TOPIC: [400, 'A topic without text, or too long.'],
  INVALID_EVENT_ID: [400, 'An id that no event of any node has.'],
  INVALID_CONTENT_TYPE: [400, 'Not a type of content.'],
  INVALID_VERSION: [400, 'Not a version that a schema can have.'],
  INVALID_JSON_SCHEMA: [400, 'Not JSON Schema 2020-12, or more than a node takes.'],
  INVALID_SCHEMA_ID: [400, 'Not the id of a schema.'],
  INVALID_IDEMPOTENCY_KEY: [400, 'An Idempotency-Key that is empty, too long, or not ASCII.'],
  INVALID_SCOPE: [400, 'What a policy is about is neither global nor one topic, author or content_type.'],
  INVALID_MAX_AGE_SECS: [400, 'max_age_secs of a policy is no whole number from 1.'],
  INVALID_MAX_COUNT: [400, 'max_count of a policy is no whole number from 1.'],
  INVALID_MAX_BYTES: [400, 'max_bytes of a policy is no whole number from 1.'],
  INVALID_COMPACT_KEY: [400, 'compact_key of a policy is no path into a content.'],
  MISSING_CRITERION: [400, 'A policy that would remove nothing.'],
  INVALID_JSON: [400, 'The body is not JSON in UTF-8.'],
  INVALID_REQUEST: [400, 'Not HTTP, a Host or URL that cannot be, or a body that did not come to its end.'],
  UNAUTHORIZED: [401, 'The token of this node is missing, or is another one.'],
  FORBIDDEN_HOST: [403, 'The Host header names no host that this node answers under.'],
  FORBIDDEN_ORIGIN: [403, 'A web page of another site is asking.'],
  NOT_FOUND: [404, 'No such route, message or other thing.'],
  METHOD_NOT_ALLOWED: [405, 'The path takes other verbs; the Allow header names them.'],
  REQUEST_TIMEOUT: [408, 'The request did not come to its end in time.'],
  AUTHOR_AMBIGUOUS: [409, 'A name or short key that several authors have; details.candidates lists them.'],
  MUTES_FULL: [409, 'As many authors are muted as can be.'],
  BODY_TOO_LARGE: [413, 'A body of more than 1 MiB.'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'A body that is not application/json, or is compressed.'],
  INVALID_BODY: [422, 'The body is JSON of another shape; details lists the fields.'],
  INVALID_ARGUMENTS: [422, 'What a tool was called with does not fit its schema; details lists the arguments.'],
  TOO_MANY_CRITICAL: [429, 'More critical messages within an hour than readers count as such.'],
  HEADERS_TOO_LARGE: [431, 'Headers of more than 16 KiB.'],
  INTERNAL: [500, 'A fault of the node; its log has the facts.'],
  TOO_MANY_STREAMS: [503, 'As many clients as a node serves are listening to its events.'],
  NETWORK_OFF: [503, 'This node runs without network.'],
  PRESENCE_OFF: [503, 'This node takes part in no presence.'],
  UNHEALTHY: [503, 'The node runs and something is wrong with it; details lists the reasons.'],
} as const satisfies Readonly<Record<string, Meaning>>

/** Those of the layers below that may reach a caller. */
const OF_OTHERS = {
  SCHEMA_MISMATCH: [
    400,
    'The content breaks the schema that it names, or any while the node is strict; details lists the fields.',
  ],
  SCHEMA_UNKNOWN: [400, 'The node is strict, and knows no schema for the content.'],
  SCHEMA_UNCHECKED: [400, 'The schema took too long over the content, or too much memory.'],
  MEMORY_NOT_OURS: [403, 'Only its author can change a memory.'],
  SCHEMA_NOT_FOUND: [404, 'There is no such schema here.'],
  HOOK_UNKNOWN: [404, 'This node has no hook of that name.'],
  HOOK_LETTER_UNKNOWN: [404, 'The hook has no such dead letter.'],
  MEMORY_UNKNOWN: [404, 'No such memory is held here.'],
  PEER_UNKNOWN: [404, 'This node knows no such peer.'],
  PEER_NOT_BANNED: [404, 'No such peer is banned.'],
  SCHEMA_VERSION_TAKEN: [409, 'A version that is not above the latest of its type.'],
  SCHEMA_INCOMPATIBLE: [409, 'The schema breaks what it promises about the version before it.'],
  SCHEMA_LIMIT: [409, 'As many schemas are registered as can be.'],
  SCHEMA_BUILTIN: [409, 'A schema that came with this software stays.'],
  LOG_ROLLED_BACK: [
    409,
    'Peers hold messages of our own feed that this node lost, or may: publishing waits until they are fetched back.',
  ],
  LOG_FORKED: [409, 'Our own feed is forked: this identity was used in two places and cannot publish.'],
  IDEMPOTENCY_CONFLICT: [
    409,
    'The Idempotency-Key stands for another message, or for one that was forgotten; details.hash names it.',
  ],
  LOG_SELECTION_FULL: [409, 'As many authors or topics are kept as can be.'],
  LOG_POLICIES_FULL: [409, 'A node has as many retention policies as it can have.'],
  LOG_BLOCK_OWN: [409, 'A node cannot block itself.'],
  STORE_BACKUP_RUNNING: [409, 'A backup is being made already.'],
  HOOK_MESSAGE_GONE: [409, 'The message of the dead letter is not held any more.'],
  MEMORY_WITHDRAWN: [409, 'The memory is retracted: restore it before it is replaced.'],
  MEMORY_NOT_RETRACTED: [409, 'The memory is not retracted.'],
  MEMORY_LOCAL: [409, 'A memory of this machine alone is not retracted or restored: forget it.'],
  MEMORY_LOCAL_FULL: [409, 'As many memories of this machine alone are kept as can be.'],
  PEER_FROM_CONFIG: [409, 'The peer comes from a flag or the configuration file, and can only be removed there.'],
  PEER_TABLE_FULL: [409, 'As many peers were added as a node keeps.'],
  LOG_DRAFT_TOO_LARGE: [413, 'The content, or another part of the message, is larger than a message may have.'],
  LOG_DRAFT_INVALID: [422, 'A part of the message cannot be signed; details names it.'],
  SECRET_FOUND: [422, 'The content looks as if it held a secret, and this node refuses to publish such.'],
  ENCRYPTION_UNSUPPORTED: [422, 'The content asks to be encrypted, and this node would publish it for all to read.'],
  LOG_CLOSED: [503, 'The node is stopping.'],
  MEMORY_STILL_RETRACTED: [503, 'It was hidden more often than one call undoes: call again.'],
  MEMORY_NOT_GONE: [
    503,
    'The erasure is signed, and this node could not carry it out yet; details.erasure is its hash.',
  ],
  STORE_UNWRITABLE: [503, 'Files of the node cannot be written.'],
  STORE_DISK_FAILED: [503, 'The disk refused to read or write.'],
  STORE_DAMAGED: [503, 'The database is damaged: nothing is written to it, and what is asked for may be unreadable.'],
  STORE_FULL: [507, 'The disk is nearly full; reading goes on.'],
} as const satisfies Readonly<Record<string, Meaning>>

const PUBLIC: Readonly<Record<string, Meaning>> = { ...OWN, ...OF_OTHERS }

/** Codes of `ApiError`. The last two are of a server that cannot start, and reach no caller. */
export type ApiErrorCode = keyof typeof OWN | 'API_PORT_IN_USE' | 'API_LISTEN_FAILED'

/** Codes that a caller can be answered. */
export type PublicCode = keyof typeof OWN | keyof typeof OF_OTHERS

/** The HTTP status of a code; undefined for one that callers never see. */
export function statusOfCode(code: string): ContentfulStatusCode | undefined {
  return Object.hasOwn(PUBLIC, code) ? PUBLIC[code]?.[0] : undefined
}

/** What a code says, in a sentence. */
export function meaningOfCode(code: PublicCode): string {
  return PUBLIC[code]?.[1] ?? ''
}
