// The words of a person as questions to an index that is none of the log's, by the rules of the one that is.

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
