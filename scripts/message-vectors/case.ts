// One case of a vector file before it is signed: a text that is accepted or refused for exactly one reason.

import type { Author, FeedErrorCode, Hash } from '../../src/feed/index.ts'

/** A text, or how to make it when it is too long to print or is not Unicode. */
export type CaseText =
  | { canonical: string }
  /** Strings, and strings repeated, put together. */
  | { canonical_parts: (string | { repeat: string; times: number })[] }
  /** Bytes that are not UTF-8. */
  | { canonical_hex: string }

export type Case = CaseText & {
  name: string
  expect: { accept: true } | { reject: FeedErrorCode }
  /** Changes the signature that the rule gives: Ed25519 over the 64 characters of the hash. */
  alter?: (signature: Buffer, hash: Hash) => Buffer
}

/** The author of seed 0x01 × 32, as in message-1.json. */
export const AUTHOR: Author = '@iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w=.ed25519'

/** Hash of the first message of message-1.json. */
export const PREVIOUS = '151e5e660f42f9ca1a51f3e3765aa6933ccb39f36be9598ecdbae57567017903'

/** The raw JSON of each field, in the order of the format. */
const FIRST_MESSAGE = {
  author: `"${AUTHOR}"`,
  sequence: '1',
  previous: 'null',
  timestamp: '"2026-02-12T18:30:00Z"',
  content: '{"type":"x"}',
}

type Fields = Partial<
  Record<keyof typeof FIRST_MESSAGE | 'schema_id' | 'relates' | 'tags' | 'trace_id' | 'span_id' | 'expires_at', string>
>

/** A first message with some fields replaced or added; optional fields stand in the order they are given. */
export function messageText(changes: Fields = {}): string {
  const fields = Object.entries({ ...FIRST_MESSAGE, ...changes }).map(([name, json]) => `"${name}":${json}`)
  return `{${fields.join(',')}}`
}

export function accept(name: string, canonical: string): Case {
  return { name, canonical, expect: { accept: true } }
}

export function reject(name: string, canonical: string, code: FeedErrorCode = 'FEED_NOT_CANONICAL'): Case {
  return { name, canonical, expect: { reject: code } }
}

/** Accepted when this JSON is the content. */
export function acceptContent(name: string, content: string): Case {
  return accept(name, messageText({ content }))
}

/** Refused when this JSON is the content. */
export function rejectContent(name: string, content: string): Case {
  return reject(name, messageText({ content }))
}
