// Where the tokenizer of FTS5 sees one word and a reader sees several: names in code, and scripts that write without spaces.

import { IDENTIFIER_LENGTH_MAX, IDENTIFIERS_MAX } from './constants.ts'

/** Between the parts of `retryBudget`, `HTTPServer` and `sha256Sum`. */
const HUMP = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u
const HUMPS = new RegExp(HUMP, 'gu')

/** Found where there is such a place, and in a seventh of the time. */
const AROUND_HUMP = /[\p{Ll}\p{N}]\p{Lu}|\p{Lu}\p{Lu}\p{Ll}/u
const WORDS = /[\p{L}\p{N}]+/gu

/** Characters that are words, or half of one, by themselves. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u
const BESIDE_UNSPACED = new RegExp(
  `(?<=${UNSPACED.source})(?=[\\p{L}\\p{N}])|(?<=[\\p{L}\\p{N}])(?=${UNSPACED.source})`,
  'gu',
)

/** The parts of an identifier in camel case, joined by spaces; undefined for every other word. */
export function partsOf(word: string): string | undefined {
  return word.length <= IDENTIFIER_LENGTH_MAX && AROUND_HUMP.test(word) ? word.replace(HUMPS, ' ') : undefined
}

/** The parts of all such identifiers in a text, the first so many. */
export function identifierPartsIn(text: string): string[] {
  if (!AROUND_HUMP.test(text)) return []
  const parts: string[] = []
  for (const [word] of text.matchAll(WORDS)) {
    const split = partsOf(word)
    if (split !== undefined && parts.push(split) === IDENTIFIERS_MAX) break
  }
  return parts
}

/** A text with a space beside each character of Chinese or Japanese, so that each becomes a word of the index. */
export function spaced(text: string): string {
  return UNSPACED.test(text) ? text.replace(BESIDE_UNSPACED, ' ') : text
}

/** The text that {@link spaced} was given, as far as can be told. */
export function unspaced(text: string): string {
  return UNSPACED.test(text) ? text.replace(SPACE_BETWEEN, '') : text
}

/** With the brackets of a snippet, or without. */
const SPACE_BETWEEN = new RegExp(`(?<=${UNSPACED.source}\\]?) (?=\\[?${UNSPACED.source})`, 'gu')

/** A word with a run of such characters, as {@link spaced} pairs of them, which is what FTS5 is asked; every other word as it is. */
export function pairsIn(word: string): string[] {
  if (!UNSPACED.test(word)) return [word]
  const characters = spaced(word).split(' ')
  if (characters.length === 1) return characters
  return characters.slice(1).map((character, index) => `${characters[index]} ${character}`)
}
