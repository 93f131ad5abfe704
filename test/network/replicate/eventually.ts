// Waiting for a condition, with patience for a machine on which much else runs.

import { vi } from 'vitest'

export function eventually<T>(holds: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(holds, { timeout: 30_000, interval: 10 })
}
