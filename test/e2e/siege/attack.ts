// What every attack is given: a node, and an end.

import type { Until } from '../../support/temporary.ts'

/** The node that is attacked. */
export interface Victim {
  /** As another node's `--peer`. */
  address: string
  gossipPort: number
  author: string
}

/**
 * Does its worst until the signal aborts.
 *
 * @param until - says what is to be done when all is over, with the members that it has started
 */
export type Attack = (victim: Victim, signal: AbortSignal, until: Until) => Promise<unknown>
