// The message that a content answers, where its envelope does not say.

import { isHash } from '../feed/index.ts'
import type { Hash } from '../feed/index.ts'

/** protocols/content §8: where older clients name the message that theirs belongs to, in this order. */
const THREAD_FIELDS = ['in_reply_to', 'reply_to', 'query_hash'] as const

/** Inside the content these are the caller's own text: a malformed one is passed over. */
export function threadOf(content: unknown): Hash | undefined {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return undefined
  const fields = content as Readonly<Record<string, unknown>> // As: any object has unknown members.
  return THREAD_FIELDS.map((name) => fields[name]).find(isHash)
}
