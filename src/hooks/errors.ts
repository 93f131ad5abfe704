// The error class of the hooks. A delivery that fails is no error of this kind: it is an outcome, and ends as a dead letter.

import { CodedError } from '../util/index.ts'

/**
 * - `HOOK_INVALID`: a hook cannot work as it is configured; the node does not start.
 * - `HOOK_UNKNOWN`: no hook of this name is configured.
 * - `HOOK_LETTER_UNKNOWN`: the hook has no dead letter of this message.
 * - `HOOK_MESSAGE_GONE`: the message of a dead letter is no longer held here; the letter can only be dropped.
 */
export type HookErrorCode = 'HOOK_INVALID' | 'HOOK_UNKNOWN' | 'HOOK_LETTER_UNKNOWN' | 'HOOK_MESSAGE_GONE'

/** Thrown by `openHooks` and by what the API asks of hooks. */
export class HookError extends CodedError<HookErrorCode> {
  override readonly name = 'HookError'
}
