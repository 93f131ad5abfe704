// The error class of content. Its codes are public and frozen.

import { CodedError } from '../util/index.ts'
import type { Mismatch } from './mismatch.ts'

/**
 * Why content is not signed, or a schema not registered.
 *
 * - `SCHEMA_MISMATCH`: it breaks the schema that its publisher named, or any while the node is strict; `details.faults` lists the fields.
 * - `SCHEMA_UNKNOWN`: the node is strict, and knows no schema for it.
 * - `SCHEMA_UNCHECKED`: the schema that was named, or of a strict node, took too long over it.
 * - `SCHEMA_INVALID`: it is no JSON Schema 2020-12 that this node can use; the message says why.
 * - `SCHEMA_VERSION_TAKEN`: a version of this type that is not behind the latest.
 * - `SCHEMA_INCOMPATIBLE`: it breaks what it promises about the version before it.
 * - `SCHEMA_LIMIT`: no more schemas are kept; `details` has the limits.
 * - `SCHEMA_NOT_FOUND`, `SCHEMA_BUILTIN`: there is none of this id; it came with this software and stays.
 * - `SECRET_FOUND`: it holds what looks like a key or a password, and the node blocks that; `details.faults` lists the fields.
 * - `ENCRYPTION_UNSUPPORTED`: it asks to be encrypted, which the original does and this node cannot yet.
 */
export type ContentErrorCode =
  | 'SCHEMA_MISMATCH'
  | 'SCHEMA_UNKNOWN'
  | 'SCHEMA_UNCHECKED'
  | 'SCHEMA_INVALID'
  | 'SCHEMA_VERSION_TAKEN'
  | 'SCHEMA_INCOMPATIBLE'
  | 'SCHEMA_LIMIT'
  | 'SCHEMA_NOT_FOUND'
  | 'SCHEMA_BUILTIN'
  | 'SECRET_FOUND'
  | 'ENCRYPTION_UNSUPPORTED'

/** Thrown by everything in `content/`. */
export class ContentError extends CodedError<ContentErrorCode> {
  override readonly name = 'ContentError'

  /** @param faults - what is wrong with which field of the draft */
  constructor(
    code: ContentErrorCode,
    message: string,
    faults: readonly Mismatch[] = [],
    details: Record<string, unknown> = {},
  ) {
    super(code, message, { ...details, ...(faults.length > 0 && { faults }) })
  }
}
