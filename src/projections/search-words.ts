// From what a person types to what FTS5 is asked. Nothing a person types is FTS5's language: each word is quoted.

import { PREFIX_LENGTH_MIN, QUERY_WORDS_MAX } from './constants.ts'
import { pairsIn, partsOf } from './word-parts.ts'

/** What the tokenizer `unicode61` counts as part of a word. */
const IN_A_WORD = /[\p{L}\p{N}\p{Co}]/u

/** The part of a word that FTS5 would complete: the last one, and none when the word ends in a sign (`C++`). */
const LAST_PART = /[\p{L}\p{N}\p{Co}\p{M}]*$/u

/** Signs that end a sentence, behind a word. */
const ENDING_SIGNS = /[?!.,;:]+$/u

/** A word of a search, and what matches it in FTS5's language. */
export interface Term {
  /** As it was typed. */
  word: string
  /** The word in any of its forms. */
  whole: string
  /** Words that begin with it as well. Absent when only the word itself is wanted. */
  begun?: string
}

/**
 * The words of a text, in their order. What holds neither letter nor digit is no word; a word with signs inside, like `fork-join`, is a
 * phrase of its parts; an identifier like `retryBudget` is found in one piece and in parts; Chinese and Japanese are looked up by pairs of
 * characters.
 */
export function termsOf(text: string): Term[] {
  // NUL would end the query for SQLite.
  const words = text.split(/[\s\0]+/u).filter((word) => IN_A_WORD.test(word))
  return words.flatMap(pairsIn).slice(0, QUERY_WORDS_MAX).map(termOf)
}

function termOf(word: string): Term {
  return { word, whole: eitherOf(word, '') }
}

/** The same term for all words that begin with it; undefined when it is too short for that. */
export function begunBy(term: Term): Term | undefined {
  const part = LAST_PART.exec(term.word)?.[0] ?? ''
  return part.length < PREFIX_LENGTH_MIN ? undefined : { ...term, begun: eitherOf(term.word, ' *') }
}

/** A word in one piece or, where it has some, in parts. */
function eitherOf(word: string, ending: '' | ' *'): string {
  const parts = partsOf(word)
  const whole = `${quoted(word)}${ending}`
  return parts === undefined ? whole : `(${whole} OR ${quoted(parts)}${ending})`
}

function quoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`
}

/** Those that say something. The little words of a question do not, unless there are no others. */
export function tellingAmong(terms: readonly Term[]): readonly Term[] {
  const telling = terms.filter(({ word }) => !LITTLE_WORDS.has(word.replace(ENDING_SIGNS, '').toLowerCase()))
  return telling.length > 0 ? telling : terms
}

/** English, as the stemmer is. What is common in other languages the ranking knows to be common. */
const LITTLE_WORDS: ReadonlySet<string> = new Set(
  `a about after all am an and any are as at be been but by can could did do does for from get had has have how i if in into is it its may me
  must my of on or our shall should so some than that the their them then there these they this those to us was we were what when where
  which while who why will with would you your`.split(/\s+/u),
)

/** Matches where all of the terms occur. */
export function allOf(terms: readonly Term[]): string {
  return terms.map(matching).join(' AND ')
}

/** Matches where any of the terms occurs. */
export function anyOf(terms: readonly Term[]): string {
  return terms.map(matching).join(' OR ')
}

function matching({ whole, begun }: Term): string {
  return begun ?? whole
}
