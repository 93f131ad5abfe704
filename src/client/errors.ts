// The one error that a client throws.

/** Codes that no node answers, because there was no answer of a node. */
export type ClientErrorCode = 'NODE_UNREACHABLE' | 'NODE_TIMED_OUT' | 'NODE_UNINTELLIGIBLE'

/** What an error says beside its message. */
export interface EgregoreErrorFacts {
  /** Of the answer; absent when there was none. */
  status?: number
  /** Facts, or the fields that were wrong. */
  details?: unknown
  cause?: unknown
}

/**
 * A call that was refused or failed.
 *
 * - `NODE_UNREACHABLE`: nothing answers at the URL.
 * - `NODE_TIMED_OUT`: no answer in time.
 * - `NODE_UNINTELLIGIBLE`: something answers that is no egregore node.
 * - any other code: the node's own, as /openapi.json lists them for each call.
 */
export class EgregoreError extends Error {
  override readonly name = 'EgregoreError'
  readonly code: ClientErrorCode | (string & {})
  readonly status: number | undefined
  readonly details: unknown

  constructor(code: EgregoreError['code'], message: string, { status, details, cause }: EgregoreErrorFacts = {}) {
    super(message, { cause })
    this.code = code
    this.status = status
    this.details = details
  }
}
