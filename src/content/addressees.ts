// Whom a message is meant for. protocols/content/message/1, query/1, response/1.

import { isAuthor } from '../feed/index.ts'
import { ADDRESSEES_MAX } from './constants.ts'

/** Stands for everybody. */
export const EVERYBODY = '*'

const ROLE = /^role:[a-z][a-z0-9_-]{0,31}$/

/**
 * Authors and roles (`role:on-call`), each once; {@link EVERYBODY} when a message names nobody. What is neither is passed over, and so is
 * what is beyond the limit: a list of nothing else reaches nobody.
 */
export function addresseesOf(content: unknown): string[] {
  const { to } = (content ?? {}) as { to?: unknown } // As: any value but undefined and null has members.
  if (to === undefined || to === null) return [EVERYBODY]
  if (!Array.isArray(to)) return []
  const named = to.slice(0, ADDRESSEES_MAX).filter((one): one is string => typeof one === 'string')
  return [...new Set(named.filter((one) => isAuthor(one) || ROLE.test(one)))]
}
