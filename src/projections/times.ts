// The two times of a message that lists go by, in milliseconds since 1970.

import type { MessageEntry } from '../log/index.ts'

/** The earlier of the claimed and the received time: a date in the future keeps no message on top of a list. */
export function listedTime({ envelope, receivedAt }: MessageEntry): number {
  return Math.min(timeOf(envelope.timestamp), receivedAt)
}

/** When it leaves every list, or null when never. */
export function expiryTime({ envelope }: MessageEntry): number | null {
  return envelope.expires_at === undefined ? null : timeOf(envelope.expires_at)
}

/** The spelling was proved when the message came in, and is proved again by nobody here: that would take four times as long. */
function timeOf(timestamp: string): number {
  return Date.parse(timestamp)
}
