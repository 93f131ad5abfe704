// The one error class of the feed layer. Its codes are public and frozen: they stand in vectors, HTTP bodies and logs.

import { CodedError } from '../util/index.ts'

/**
 * Why bytes are not a message, or not that author's message.
 *
 * - `FEED_TOO_LARGE`: canonical text over 131,072 bytes, or content over 65,536.
 * - `FEED_NOT_CANONICAL`: not the one accepted spelling: order, sorting, white space, escapes, a bad date, depth.
 * - `FEED_AUTHOR_INVALID`: not `@` + base64 of an Ed25519 key of full order + `.ed25519`.
 * - `FEED_SEQUENCE_INVALID`: not an integer from 1 to 2^53 − 1.
 * - `FEED_PREVIOUS_INVALID`: not 64 lower-case hex, or null where a hash must stand, or the reverse.
 * - `FEED_HASH_MISMATCH`: a claimed hash is not the hash of the bytes (import and vectors only).
 * - `FEED_SIGNATURE_INVALID`: the signature is not that author's over this hash.
 */
export type FeedErrorCode =
  | 'FEED_TOO_LARGE'
  | 'FEED_NOT_CANONICAL'
  | 'FEED_AUTHOR_INVALID'
  | 'FEED_SEQUENCE_INVALID'
  | 'FEED_PREVIOUS_INVALID'
  | 'FEED_HASH_MISMATCH'
  | 'FEED_SIGNATURE_INVALID'

/** Thrown by everything in `feed/`. `details` holds facts for a person or a test: what was found, what was expected. */
export class FeedError extends CodedError<FeedErrorCode> {
  override readonly name = 'FeedError'
}
