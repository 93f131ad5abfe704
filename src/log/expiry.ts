// When a message leaves every answer, for whoever reads the log itself; lists and search know it from their tables.

import { parseTimestamp } from '../feed/index.ts'
import type { MessageEntry } from './entry.ts'

/**
 * Whether the time of a message is over. Until the sweep forgets it, it is held and not shown.
 *
 * @param now - milliseconds since 1970
 */
export function isExpired({ envelope: { expires_at } }: MessageEntry, now: number): boolean {
  return expires_at !== undefined && parseTimestamp(expires_at) <= now
}
