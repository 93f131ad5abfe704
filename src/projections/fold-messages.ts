// What the main thread and the thread that folds say to each other.

import type { FoldState } from './folding.ts'

/** From the main thread. `go on`: the log has grown, and somebody may wait until what stands up to an offset is folded. */
export type FoldOrder = { type: 'go on'; awaited: number } | { type: 'stop' }

/** To the main thread. `started`: the tables can be asked. `said`: a line for the log of the node. */
export type FoldReport =
  | { type: 'started' }
  | { type: 'moved'; states: FoldState[]; settled: number }
  | { type: 'said'; level: 'debug' | 'info' | 'warn' | 'error'; facts: object; message: string }
