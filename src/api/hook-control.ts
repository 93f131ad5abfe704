// What the API shows of hooks and lets callers do with their dead letters. The hooks stand beside the API and call it, so that neither
// imports the other.

import type { Author, Hash } from '../feed/index.ts'

/** The hooks of a node. Times are milliseconds since 1970. */
export interface HookControl {
  /** In the order of the configuration. */
  states(): HookView[]
  /**
   * Oldest first.
   *
   * @throws `HOOK_UNKNOWN`
   */
  letters(hook: string): LetterView[]
  /** @throws `HOOK_UNKNOWN`, `HOOK_LETTER_UNKNOWN`, `HOOK_MESSAGE_GONE` */
  retry(hook: string, hash: Hash | 'all'): Promise<void>
  /** @throws `HOOK_UNKNOWN`, `HOOK_LETTER_UNKNOWN` */
  drop(hook: string, hash: Hash | 'all'): void
}

/** How one hook is. */
export interface HookView {
  name: string
  kind: 'command' | 'webhook'
  target: string
  cursor: number
  lag: number
  underWay: number
  delivered: number
  skipped: number
  failed: number
  deadLetters: number
  quietUntil?: number | undefined
  lastFailure?: { at: number; reason: string } | undefined
}

/** A message that a hook failed for. */
export interface LetterView {
  hash: Hash
  author: Author
  attempts: number
  reason: string
  output: string
  failedAt: number
}
