// Waiting for a condition, with patience for a machine on which much else runs.

import { promisify } from 'node:util'

/** What a test waits for ends long before this, also on a busy machine of two cores. */
const PATIENCE_MS = 30_000

/** Between two tries, longer from one to the next: a question every 20 ms takes a node and its test a quarter of a core, and others want it. */
const PAUSE_MS_FIRST = 5
const PAUSE_MS_MAX = 60
const PAUSE_GROWTH = 1.4

/** As it was before any test took the clock. */
const wait = promisify(setTimeout)

/** Retries until it does not throw. */
export async function eventually<T>(attempt: () => Promise<T> | T, timeout = PATIENCE_MS): Promise<T> {
  const end = performance.now() + timeout
  for (let pauseMs = PAUSE_MS_FIRST; ; pauseMs = Math.min(pauseMs * PAUSE_GROWTH, PAUSE_MS_MAX)) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() >= end) throw error
    }
    await wait(pauseMs)
  }
}
