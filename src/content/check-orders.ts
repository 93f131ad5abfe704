// What the main thread and the thread that checks content against schemas of this node say to each other.

import type { Mismatch } from './mismatch.ts'

/** Compile a schema, and hold content against it when there is any. Both are JSON texts. */
export interface CheckOrder {
  schema: string
  content?: string
}

/** What came of it. `invalid`: the schema cannot be used, for this reason. */
export type CheckAnswer = { mismatches: readonly Mismatch[] } | { invalid: string }

/** To the main thread; `ready` when orders are taken. */
export type CheckReport = 'ready' | CheckAnswer
