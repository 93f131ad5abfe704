// Sealing: a draft takes its place behind the head of our own feed, is hashed, and signed.

import { hash as digest } from 'node:crypto'
import { isHash } from './author.ts'
import { canonicalContent, canonicalString } from './canonical.ts'
import { NAME_BYTES_MAX, TAG_BYTES_MAX, TAGS_MAX } from './constants.ts'
import { readMessage } from './envelope.ts'
import { FeedError } from './errors.ts'
import { isTimestamp } from './timestamp.ts'
import type { Identity } from './identity.ts'
import type { Draft, Hash, SealedMessage } from './message.ts'

/** The last message of a feed. */
export interface FeedHead {
  /** 0 when the feed is empty. */
  sequence: number
  /** Undefined exactly when the feed is empty. */
  hash: Hash | undefined
}

/**
 * Makes a signed message of a draft. What it signs it has read back as a peer will, so nothing is sealed that a peer refuses.
 *
 * @param timestamp - the time of sealing, canonical
 * @throws FeedError `FEED_TOO_LARGE` for content over 65,536 bytes or a message over 131,072
 * @throws FeedError `FEED_NOT_CANONICAL` for everything else that is wrong with the draft; `details.field` names it as on the wire
 * @throws FeedError `FEED_SEQUENCE_INVALID`, `FEED_PREVIOUS_INVALID` when nothing can follow this head
 */
export function sealMessage(draft: Draft, head: FeedHead, timestamp: string, identity: Identity): SealedMessage {
  const text =
    `{"author":"${identity.author}","sequence":${head.sequence + 1},"previous":${JSON.stringify(head.hash ?? null)}` +
    `,"timestamp":"${checkTimestamp('timestamp', timestamp)}","content":${canonicalContent(draft.content)}${optionalText(draft)}}`
  const message = readMessage(text)
  const hash = digest('sha256', text, 'hex')
  return { ...message, text, hash, signature: identity.sign(hash) }
}

/**
 * A digest of everything in a draft that would be signed: two drafts with the same one become, at the same place of a feed and time, the same
 * message.
 *
 * @throws FeedError `FEED_TOO_LARGE`, `FEED_NOT_CANONICAL` as {@link sealMessage}
 */
export function draftDigest(draft: Draft): Hash {
  return digest('sha256', `${canonicalContent(draft.content)}${optionalText(draft)}`, 'hex')
}

/** The fields after content, each left out when the draft does not have it. */
function optionalText(draft: Draft): string {
  const { schemaId, relates, tags = [], traceId, spanId, expiresAt } = draft
  let text = ''
  if (schemaId !== undefined) text += `,"schema_id":${nameText('schema_id', schemaId)}`
  if (relates !== undefined) text += `,"relates":"${checkRelates(relates)}"`
  if (tags.length > 0) text += `,"tags":[${tagsText(tags)}]`
  if (traceId !== undefined) text += `,"trace_id":${nameText('trace_id', traceId)}`
  if (spanId !== undefined) text += `,"span_id":${nameText('span_id', spanId)}`
  if (expiresAt !== undefined) text += `,"expires_at":"${checkTimestamp('expires_at', expiresAt)}"`
  return text
}

function tagsText(tags: readonly string[]): string {
  if (tags.length > TAGS_MAX)
    throw refuse('tags', `tags holds ${tags.length} tags; at most ${TAGS_MAX} can be published.`)
  return tags.map((tag, index) => stringText('tags', `tags[${index}]`, tag, TAG_BYTES_MAX)).join(',')
}

function nameText(field: string, name: string): string {
  return stringText(field, field, name, NAME_BYTES_MAX)
}

function stringText(field: string, place: string, text: string, bytesMax: number): string {
  const written = typeof text === 'string' ? canonicalString(text) : undefined
  if (written === undefined) throw refuse(field, `${place} must be a string of whole Unicode characters.`)
  const bytes = Buffer.byteLength(text)
  if (bytes > bytesMax) throw refuse(field, `${place} is ${bytes} bytes; at most ${bytesMax} can be published.`)
  return written
}

function checkRelates(relates: Hash): Hash {
  if (isHash(relates)) return relates
  throw refuse('relates', 'relates must be the hash of a message: 64 lower-case hex characters.')
}

function checkTimestamp(field: string, timestamp: string): string {
  if (typeof timestamp === 'string' && isTimestamp(timestamp)) return timestamp
  throw refuse(field, `${field} must be RFC 3339 in UTC with Z and the shortest fraction, like 2026-02-12T18:30:00Z.`)
}

function refuse(field: string, message: string): FeedError {
  return new FeedError('FEED_NOT_CANONICAL', message, { field })
}
