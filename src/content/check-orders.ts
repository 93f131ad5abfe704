// What a node and the process that checks content against schemas of the node say to each other.

import type { Mismatch } from './mismatch.ts'

/** Compile a schema, and hold content against it when there is any. Both are JSON texts. */
export interface CheckOrder {
  schema: string
  content?: string
}

/** What came of it. `invalid`: the schema cannot be used, for this reason. */
export type CheckAnswer = { mismatches: readonly Mismatch[] } | { invalid: string }

/** To the node; `ready` when orders are taken. */
export type CheckReport = 'ready' | CheckAnswer
