// When a message leaves every answer, for routes that read the log themselves; lists and search know it from their tables.

import { parseTimestamp } from '../feed/index.ts'
import type { MessageEntry } from '../log/index.ts'

/** Until the sweep forgets it, an expired message is held and not shown. */
export function isExpired({ envelope: { expires_at } }: MessageEntry, now: number): boolean {
  return expires_at !== undefined && parseTimestamp(expires_at) <= now
}
