// The error class of memories. Its codes are public and frozen.

import { CodedError } from '../util/index.ts'

/**
 * Why something is not done with a memory.
 *
 * - `MEMORY_UNKNOWN`: no memory of this id is held here: it never was, is another kind of message, or was forgotten.
 * - `MEMORY_NOT_OURS`: another author's, which nobody else can correct or take back; `details.author` says whose.
 * - `MEMORY_WITHDRAWN`: it was retracted, so that a new version would not be seen; undo that first.
 * - `MEMORY_NOT_RETRACTED`: there is nothing to undo.
 * - `MEMORY_STILL_RETRACTED`: as many retracts as one call undoes are undone, `details.undone`, and more are in force: call again.
 * - `MEMORY_NOT_GONE`: the erasure is signed, and this node could not yet carry it out itself; `details.erasure` is its hash.
 * - `MEMORY_LOCAL`: what stands on this machine alone cannot be hidden and shown again, only forgotten.
 * - `MEMORY_LOCAL_FULL`: no more local memories are kept; `details.limit`.
 */
export type MemoryErrorCode =
  | 'MEMORY_UNKNOWN'
  | 'MEMORY_NOT_OURS'
  | 'MEMORY_WITHDRAWN'
  | 'MEMORY_NOT_RETRACTED'
  | 'MEMORY_STILL_RETRACTED'
  | 'MEMORY_NOT_GONE'
  | 'MEMORY_LOCAL'
  | 'MEMORY_LOCAL_FULL'

/** Thrown by everything in `memory/`. */
export class MemoryError extends CodedError<MemoryErrorCode> {
  override readonly name = 'MemoryError'
}
