// From what a person types to what FTS5 is asked. Nothing a person types is FTS5's language: each word is quoted.

import { PREFIX_LENGTH_MIN, QUERY_WORDS_MAX } from './constants.ts'

/** What the tokenizer `unicode61` counts as part of a word. */
const IN_A_WORD = /[\p{L}\p{N}\p{Co}]/u

/** The part of a word that FTS5 would complete: the last one, and none when the word ends in a sign (`C++`). */
const LAST_PART = /[\p{L}\p{N}\p{Co}\p{M}]*$/u

/**
 * The words of a text as terms of FTS5, in their order. What holds neither letter nor digit is no word; a word with signs inside, like
 * `fork-join`, is a phrase of its parts.
 */
export function termsOf(text: string): string[] {
  // NUL would end the query for SQLite.
  const words = text.split(/[\s\0]+/u).filter((word) => IN_A_WORD.test(word))
  return words.slice(0, QUERY_WORDS_MAX).map((word) => `"${word.replaceAll('"', '""')}"`)
}

/** The same terms, of which the last stands for all words that begin with it; undefined when it is too short for that. */
export function completed(terms: readonly string[]): string[] | undefined {
  const last = terms.at(-1)
  const part = LAST_PART.exec(last?.slice(1, -1) ?? '')?.[0] ?? ''
  return part.length < PREFIX_LENGTH_MIN ? undefined : [...terms.slice(0, -1), `${last} *`]
}

/** Matches where all of the terms occur. */
export function allOf(terms: readonly string[]): string {
  return terms.join(' ')
}

/** Matches where any of the terms occurs. */
export function anyOf(terms: readonly string[]): string {
  return terms.join(' OR ')
}
