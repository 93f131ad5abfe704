// A retention policy: what of some messages this node keeps. A local record, told to nobody.

import type { Author } from '../feed/index.ts'

/** Which messages a policy is about. */
export type PolicyScope =
  | { kind: 'global' }
  /** Those with this tag. */
  | { kind: 'topic'; value: string }
  | { kind: 'author'; value: Author }
  /** Those with this `content.type`. */
  | { kind: 'content_type'; value: string }

/** At least one criterion is given. They are taken in this order, each of what those before it leave. */
export interface PolicyDraft {
  scope: PolicyScope
  /** By the earlier of claimed and received time. */
  maxAgeSecs?: number | undefined
  /** The newest so many stay. */
  maxCount?: number | undefined
  /** The newest whose signed texts together are not longer stay. */
  maxBytes?: number | undefined
  /** Path into the content, such as `$.entity.id`: of each author's messages with the same value there the one with the highest sequence stays. */
  compactKey?: string | undefined
  /** Whether messages of our own feed count and go as well. */
  includeSelf: boolean
}

/** A policy in force. */
export interface Policy extends PolicyDraft {
  /** Never used twice. */
  id: number
  /** Milliseconds since 1970. */
  createdAt: number
}

/** Durable, small, synchronous. store/ implements it. */
export interface PolicyStore {
  /** In the order of their ids. */
  all(): Policy[]
  /** Answers the id. */
  add(draft: PolicyDraft, createdAt: number): number
  replace(policy: Policy): void
  remove(id: number): void
}

/** Whether two policies say the same kind of thing about the same messages, so that one takes the place of the other. */
export function isSameRule(one: PolicyDraft, other: PolicyDraft): boolean {
  return ruleOf(one) === ruleOf(other)
}

function ruleOf({ scope, maxAgeSecs, maxCount, maxBytes, compactKey }: PolicyDraft): string {
  const criteria = [maxAgeSecs, maxCount, maxBytes, compactKey].map((criterion) => criterion !== undefined)
  return JSON.stringify([scope.kind, 'value' in scope ? scope.value : '', ...criteria])
}
