// The error class of content. Its codes are public and frozen.

import { CodedError } from '../util/index.ts'
import type { Mismatch } from './mismatch.ts'

/**
 * Why content is not signed.
 *
 * - `SCHEMA_MISMATCH`: it breaks the schema that its publisher named, or any while the node is strict; `details.faults` lists the fields.
 * - `SCHEMA_UNKNOWN`: the node is strict, and knows no schema for it.
 * - `SECRET_FOUND`: it holds what looks like a key or a password, and the node blocks that; `details.faults` lists the fields.
 */
export type ContentErrorCode = 'SCHEMA_MISMATCH' | 'SCHEMA_UNKNOWN' | 'SECRET_FOUND'

/** Thrown by everything in `content/`. */
export class ContentError extends CodedError<ContentErrorCode> {
  override readonly name = 'ContentError'

  /** @param faults - what is wrong with which field of the draft */
  constructor(
    code: ContentErrorCode,
    message: string,
    faults: readonly Mismatch[],
    details: Record<string, unknown> = {},
  ) {
    super(code, message, { faults, ...details })
  }
}
