// Memories that say nearly the same as a text: found by its telling words, then compared word by word.

import { SIMILAR_FROM, TELLING_WORDS_MAX, WORDS_COMPARED_MAX } from './constants.ts'

/** A word as the index splits text: letters and digits. */
const WORD = /[\p{L}\p{N}]+/gu

/** The different words of a text, in lower case. */
export function wordsOf(...texts: readonly unknown[]): ReadonlySet<string> {
  const words = new Set<string>()
  for (const text of texts) {
    if (typeof text !== 'string') continue
    for (const [word] of text.normalize('NFC').toLowerCase().matchAll(WORD)) {
      if (words.size >= WORDS_COMPARED_MAX) return words
      words.add(word)
    }
  }
  return words
}

/**
 * A question in FTS5's language for texts that share two of the longest words at least, as two notes on one thing do: one word in common
 * says little, and gathering every text that has one takes long. Undefined for a text of fewer than two words.
 */
export function sharingTellingWords(words: ReadonlySet<string>): string | undefined {
  const telling = [...words].sort((one, other) => other.length - one.length).slice(0, TELLING_WORDS_MAX)
  const pairs = telling.flatMap((one, at) => telling.slice(at + 1).map((other) => `("${one}" AND "${other}")`))
  return pairs.length === 0 ? undefined : pairs.join(' OR ')
}

/** Words in common, as a share of the words of both. */
export function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = one.intersection(other).size
  return common === 0 ? 0 : common / (one.size + other.size - common)
}

export function isSimilar(score: number): boolean {
  return score >= SIMILAR_FROM
}
