// What a person types as a query to another full-text index than the log's (that of local memories), by the same rules.

import { allOf, anyOf, begunBy, tellingAmong, termsOf } from './search-words.ts'

/** Questions in FTS5's language. */
export interface WordQueries {
  /** For texts with all words that say something: whole, and with the last one only begun. */
  all: readonly string[]
  /** For texts with any of them. */
  some: string
}

/** Undefined for a text without a word. */
export function wordQueries(text: string): WordQueries | undefined {
  const terms = tellingAmong(termsOf(text))
  const last = terms.at(-1)
  if (last === undefined) return undefined
  const begun = begunBy(last)
  const loose = begun === undefined ? terms : [...terms.slice(0, -1), begun]
  return { all: begun === undefined ? [allOf(terms)] : [allOf(terms), allOf(loose)], some: anyOf(loose) }
}
