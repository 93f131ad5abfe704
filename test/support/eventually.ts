// Waiting for a condition, with patience for a machine on which much else runs.

import { vi } from 'vitest'

/** What a test waits for ends long before this, also on a busy machine of two cores. */
const PATIENCE_MS = 30_000

/** Retries until it does not throw. */
export async function eventually<T>(attempt: () => Promise<T> | T, timeout = PATIENCE_MS): Promise<T> {
  return vi.waitFor(attempt, { timeout, interval: 20 })
}
