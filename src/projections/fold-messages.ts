// What the main thread and the thread that folds say to each other.

import type { FeedPlace } from '../log/index.ts'
import type { FoldState } from './folding.ts'

/**
 * From the main thread. `go on`: the log has grown, and somebody may wait until what stands up to an offset is folded. `fold again`: the message
 * at this offset was damaged and is whole again.
 */
export type FoldOrder = { type: 'go on'; awaited: number } | { type: 'fold again'; offset: number } | { type: 'stop' }

/** To the main thread. `started`: the tables can be asked. `damaged`: where a message is not what was signed. `said`: a line for the log of the node. */
export type FoldReport =
  | { type: 'started' }
  | { type: 'moved'; states: FoldState[]; settled: number }
  | { type: 'damaged'; place: FeedPlace }
  | { type: 'said'; level: 'debug' | 'info' | 'warn' | 'error'; facts: object; message: string }
