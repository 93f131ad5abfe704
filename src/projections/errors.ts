// The error class of the projections. Its codes are public and frozen.

import { CodedError } from '../util/index.ts'

/**
 * Why a question to a projection has no answer.
 *
 * - `PROJECTION_QUERY_INVALID`: a search in FTS5's own language breaks its grammar; `details.reason` has SQLite's words.
 * - `PROJECTION_CURSOR_INVALID`: `after` is not a `next` that a list of this kind gave.
 */
export type ProjectionErrorCode = 'PROJECTION_QUERY_INVALID' | 'PROJECTION_CURSOR_INVALID'

/** Thrown by lists and searches for what their caller asked. */
export class ProjectionError extends CodedError<ProjectionErrorCode> {
  override readonly name = 'ProjectionError'
}
