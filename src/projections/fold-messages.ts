// What the main thread and the thread that folds say to each other.

import type { FoldState } from './folding.ts'

/** From the main thread. `appended`: the log has grown. `settle`: say when this offset is folded. */
export type FoldOrder = { type: 'appended' } | { type: 'settle'; id: number; offset: number } | { type: 'stop' }

/** To the main thread. `started`: the tables can be asked. `said`: a line for the log of the node. */
export type FoldReport =
  | { type: 'started' }
  | { type: 'moved'; states: FoldState[] }
  | { type: 'settled'; id: number }
  | { type: 'said'; level: 'debug' | 'info' | 'warn' | 'error'; facts: object; message: string }
