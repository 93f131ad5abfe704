// A message on its way out: the signed text as it is stored, then hash and signature, then what this node adds.

import { CLOCK_SKEW_MS, formatTimestamp, parseTimestamp, signedText } from '../feed/index.ts'
import type { MessageEntry } from '../log/index.ts'
import type { Effect } from '../projections/index.ts'

/** What only a search answer adds. */
export interface Match {
  /** Higher is better; comparable within one answer only. */
  score: number
  /** The place that matched. */
  snippet: string
}

/** A fact about a message that a reader should see before trusting it. */
export type Flag = 'future' | 'forked'

/**
 * The JSON text of one message. Whoever cuts it off before `,"hash":` and closes the brace has the bytes that were signed.
 *
 * @example messageText(entry) // '{"author":"@…","content":{…},"hash":"…","signature":"…","local":{"received_at":"…",…}}'
 */
export function messageText(entry: MessageEntry, added?: Match | { effect: Effect }): string {
  const { receivedAt, link } = entry
  const local = { received_at: formatTimestamp(receivedAt), link, flags: flagsOf(entry), ...added }
  return `${signedText(entry).slice(0, -1)},"local":${JSON.stringify(local)}}`
}

function flagsOf(entry: MessageEntry): Flag[] {
  const flags: Flag[] = []
  if (parseTimestamp(timestampOf(entry.text)) > entry.receivedAt + CLOCK_SKEW_MS) flags.push('future')
  if (!entry.inEffect) flags.push('forked')
  return flags
}

const TIMESTAMP_KEY = '"timestamp":"'

/** Found without parsing a content of 64 KiB: only author, sequence and previous stand before it, and none can hold its key. */
function timestampOf(text: string): string {
  const start = text.indexOf(TIMESTAMP_KEY) + TIMESTAMP_KEY.length
  return text.slice(start, text.indexOf('"', start))
}
