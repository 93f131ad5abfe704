// The error class of the log. Its codes are public and frozen.

/**
 * Why the log refused.
 *
 * - `LOG_DRAFT_INVALID`: a draft breaks a limit or holds what cannot be signed; `details.field` names it.
 * - `LOG_DRAFT_TOO_LARGE`: content over 65,536 bytes or the whole message over 131,072.
 * - `LOG_ROLLED_BACK`: peers hold messages of our own feed that we do not; publishing waits until they are fetched back.
 * - `LOG_FORKED`: our own feed is forked (the identity was used in two places); it can never be continued.
 * - `LOG_CLOSED`: the log is stopped.
 */
export type LogErrorCode = 'LOG_DRAFT_INVALID' | 'LOG_DRAFT_TOO_LARGE' | 'LOG_ROLLED_BACK' | 'LOG_FORKED' | 'LOG_CLOSED'

/** Thrown by `log.publish` and by reads of a closed log. */
export class LogError extends Error {
  override readonly name = 'LogError'
  readonly code: LogErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: LogErrorCode, message: string, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }
}
