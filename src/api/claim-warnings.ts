// What a publisher should know of a message that replaces or takes back another: whether it will have any effect.

import { claimOf } from '../content/index.ts'
import type { Claim, Warning } from '../content/index.ts'
import type { Log, MessageEntry } from '../log/index.ts'

/** Looks at the target as this node holds it; a message that comes later may change what is said here. */
export async function claimWarnings(content: unknown, log: Pick<Log, 'message' | 'author'>): Promise<Warning[]> {
  const claim = claimOf(content)
  if (claim?.target === undefined) return []
  const field = claim.does === 'edit' ? 'content.supersedes' : 'content.target'
  const message = sentenceOn(claim, content, await log.message(claim.target), log.author)
  return message === undefined ? [] : [{ code: 'WITHOUT_EFFECT', field, message: `${field} ${message}` }]
}

function sentenceOn(
  { does }: Claim,
  content: unknown,
  target: MessageEntry | undefined,
  ourselves: string,
): string | undefined {
  if (target === undefined) return 'is not held here: this message has an effect only if it comes, and is ours.'
  if (target.author !== ourselves)
    return 'is a message of another author: this one has no effect on it. Dispute it, or say it anew.'
  const theirs = target.envelope.content
  if (does !== 'edit') return claimOf(theirs)?.does === 'erase' ? 'is an erasure, which is final.' : undefined
  return typeOf(theirs) === typeOf(content) ? undefined : 'has another type: this message has no effect on it.'
}

function typeOf(content: unknown): unknown {
  return (content as { type?: unknown } | null)?.type
}
