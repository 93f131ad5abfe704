// The error class of the log. Its codes are public and frozen.

import { CodedError } from '../util/index.ts'

/**
 * Why the log refused.
 *
 * - `LOG_DRAFT_INVALID`: a draft breaks a limit or holds what cannot be signed; `details.field` names it.
 * - `LOG_DRAFT_TOO_LARGE`: content over 65,536 bytes or the whole message over 131,072.
 * - `LOG_ROLLED_BACK`: peers hold messages of our own feed that we do not, or may; publishing waits until they are fetched back.
 * - `LOG_FORKED`: our own feed is forked (the identity was used in two places); it can never be continued.
 * - `LOG_CLOSED`: the log is stopped.
 * - `LOG_SELECTION_FULL`: no more authors are followed or blocked, or no more topics kept; `details` has list and limit.
 * - `LOG_TOPIC_INVALID`: a topic without text, or a longer one than any tag should be.
 * - `LOG_KEY_CONFLICT`: a key stands for another message, or for one that was forgotten; `details.hash` names it.
 * - `LOG_POLICIES_FULL`: no more retention policies are kept; `details` has the limit.
 * - `LOG_BLOCK_OWN`: nobody blocks the own feed.
 */
export type LogErrorCode =
  | 'LOG_DRAFT_INVALID'
  | 'LOG_DRAFT_TOO_LARGE'
  | 'LOG_ROLLED_BACK'
  | 'LOG_FORKED'
  | 'LOG_CLOSED'
  | 'LOG_SELECTION_FULL'
  | 'LOG_TOPIC_INVALID'
  | 'LOG_KEY_CONFLICT'
  | 'LOG_POLICIES_FULL'
  | 'LOG_BLOCK_OWN'

/** Thrown by `log.publish`, `log.ingest` and `log.selection`; reads of a closed log end. */
export class LogError extends CodedError<LogErrorCode> {
  override readonly name = 'LogError'
}
