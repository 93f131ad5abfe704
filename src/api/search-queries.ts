// The parameters that every search has: the words, and what narrows it.

import { z } from '@hono/zod-openapi'
import { parseTimestamp } from '../feed/index.ts'
import { SEARCH_TEXT_LENGTH_MAX } from './constants.ts'
import { Agent, authorText, canonicalTimeText, SAYS_SOMETHING, withCode } from './queries.ts'

/** Words to look for, as many as anybody types. */
export const Words = z
  .string()
  .max(SEARCH_TEXT_LENGTH_MAX, { error: `may have ${SEARCH_TEXT_LENGTH_MAX} characters at most` })

/** The same where nothing is found without them. */
export function neededWords(description: string) {
  return Words.optional()
    .transform((text = '') => text)
    .refine((text) => text.trim() !== '', {
      error: 'is missing: give the words to look for, as ?q=rate+limiting',
      params: withCode('MISSING_QUERY'),
    })
    .openapi({ param: { required: true }, pattern: SAYS_SOMETHING, description })
}

/** What of a message can be asked for by name; what is given all holds. */
export const NARROWING = {
  author: authorText('INVALID_QUERY').optional(),
  agent: Agent,
  tag: z.string().optional(),
  since: canonicalTimeText('INVALID_QUERY').transform(parseTimestamp).optional(),
}

/** Of what has a category or a project. */
export const PLACES = { category: z.string().optional(), project: z.string().optional() }

/** Of memories: where they live. */
export const Visibility = z.enum(['mesh', 'local'], { error: 'must be mesh or local' })

/** Names of the parameters that narrowed a search: what was given of these. */
export function filtersGiven<Name extends string>(
  query: Readonly<Partial<Record<Name, unknown>>>,
  names: readonly Name[],
): Name[] {
  return names.filter((name) => query[name] !== undefined)
}
