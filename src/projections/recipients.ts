// Whom a message, query or response is meant for, by what stands in it: the same for what is folded and for what just came.

import { addresseesOf, EVERYBODY, isSlug, threadOf } from '../content/index.ts'
import type { Author, Hash } from '../feed/index.ts'
import type { Envelope } from '../log/index.ts'

const KINDS = ['message', 'query', 'response'] as const

/** What somebody says to somebody; everything else is undefined. */
export function kindOf(content: unknown): (typeof KINDS)[number] | undefined {
  const { type } = (content ?? {}) as { type?: unknown } // As: any value but undefined and null has members.
  return KINDS.find((kind) => kind === type)
}

/** Addressees of what has a kind. A response to nobody in particular is for whoever asked, and no news for everybody. */
export function recipientsOf(content: unknown): string[] {
  const named = addresseesOf(content)
  return kindOf(content) === 'response' ? named.filter((one) => one !== EVERYBODY) : named
}

/** The message that this one answers or belongs to. */
export function threadIn({ relates, content }: Pick<Envelope, 'relates' | 'content'>): Hash | undefined {
  return relates ?? threadOf(content)
}

/** What kind of message somebody calls it; one that is no slug is as if it were absent. */
export function mailCategoryOf(content: unknown): string | null {
  const { category } = (content ?? {}) as { category?: unknown } // As: any value but undefined and null has members.
  return typeof category === 'string' && isSlug(category) ? category : null
}

/** Whether one of these is meant for an author with these roles. */
export function isMeantFor(recipients: readonly string[], author: Author, roles: readonly string[]): boolean {
  return recipients.some((one) => one === EVERYBODY || one === author || roles.some((role) => one === `role:${role}`))
}
