// A message on its way out: the signed text as it is stored, then hash and signature, then what this node adds.

import { CLOCK_SKEW_MS, formatTimestamp, parseTimestamp, signedText } from '../feed/index.ts'
import type { MessageEntry } from '../log/index.ts'
import type { Effect, State } from '../projections/index.ts'
import type { HitFacts } from './hits.ts'

/** What the question adds to a message in its answer. */
export interface Added extends Partial<HitFacts> {
  /** How the author is called. */
  author_name?: string | undefined
  /** When it is not in force, and that was asked. */
  state?: State | undefined
  /** Whether its time is over, of a search that asked for such. */
  isExpired?: boolean
  /** When it was asked for by its hash, and of a search when it is not in force. */
  effect?: Effect
  /** Of a list of memories, some of which live on this machine alone. */
  visibility?: 'mesh'
  /** Of one memory that was asked for. */
  history?: MessageHistory
  /** Of the inbox: how it reached us. */
  inbox?: object
  /** Of a query: how it stands. */
  query?: object
  /** Of a response: what is thought of it. */
  response?: object
}

/** The versions of what a message is a version of. */
export interface MessageHistory {
  /** Hash of the first message. */
  first: string
  /** The latest that are held, the oldest first. */
  versions: readonly { hash: string; sequence: number; state: string }[]
  /** How many are held. */
  count: number
}

/** A fact about a message that a reader should see before trusting it. */
export type Flag = 'future' | 'forked' | 'expired' | 'superseded' | 'retracted' | 'erased' | 'without_effect'

/**
 * The JSON text of one message. Whoever cuts it off before `,"hash":` and closes the brace has the bytes that were signed.
 *
 * @example messageText(entry) // '{"author":"@…","content":{…},"hash":"…","signature":"…","local":{"received_at":"…",…}}'
 */
export function messageText(
  entry: MessageEntry,
  { state = 'in force', isExpired = false, ...shown }: Added = {},
): string {
  const { receivedAt, link } = entry
  const flags: Flag[] = [...flagsOf(entry, state), ...(isExpired ? ['expired' as const] : [])]
  const local = { received_at: formatTimestamp(receivedAt), link, flags, ...shown }
  return `${signedText(entry).slice(0, -1)},"local":${JSON.stringify(local)}}`
}

const STATE_FLAGS: Readonly<Record<State, readonly Flag[]>> = {
  'in force': [],
  superseded: ['superseded'],
  retracted: ['retracted'],
  erased: ['erased'],
  'without effect': ['without_effect'],
}

function flagsOf(entry: MessageEntry, state: State): Flag[] {
  const flags: Flag[] = []
  if (parseTimestamp(timestampOf(entry.text)) > entry.receivedAt + CLOCK_SKEW_MS) flags.push('future')
  if (!entry.inEffect) flags.push('forked')
  return [...flags, ...STATE_FLAGS[state]]
}

const TIMESTAMP_KEY = '"timestamp":"'

/** Found without parsing a content of 64 KiB: only author, sequence and previous stand before it, and none can hold its key. */
function timestampOf(text: string): string {
  const start = text.indexOf(TIMESTAMP_KEY) + TIMESTAMP_KEY.length
  return text.slice(start, text.indexOf('"', start))
}
