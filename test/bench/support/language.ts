// A made-up language whose words are as unevenly frequent as those of a real one, so that an index over it is as large and as lopsided.

import { seededRandom } from '../../../scripts/seeded-random.ts'

const WORDS = 50_000
const VOCABULARY_SEED = 7
const CONSONANTS = 'bdfghklmnprstvz'
const VOWELS = 'aeiou'

/** Words by rank, the most frequent first; frequent words are short. */
export const vocabulary: readonly string[] = makeVocabulary()

/**
 * A sentence of at most so many characters.
 *
 * The word of rank k has a share of about 1/k (Zipf's law): the first stands in nearly every sentence, most in hardly any.
 */
export function sentence(lengthMax: number, random: () => number): string {
  let text = wordOf(random)
  for (let next = wordOf(random); text.length + 1 + next.length <= lengthMax; next = wordOf(random)) text += ` ${next}`
  return text
}

function wordOf(random: () => number): string {
  return vocabulary[Math.floor(WORDS ** random()) - 1] ?? ''
}

function makeVocabulary(): string[] {
  const random = seededRandom(VOCABULARY_SEED)
  const words = new Set<string>()
  while (words.size < WORDS) words.add(makeWord(random, 1 + Math.floor(Math.log10(words.size + 10) * 0.8)))
  return [...words]
}

function makeWord(random: () => number, syllables: number): string {
  const pick = (letters: string) => letters[Math.floor(random() * letters.length)] ?? ''
  let word = ''
  for (let count = syllables + Math.floor(random() * 2); count > 0; count--) word += pick(CONSONANTS) + pick(VOWELS)
  return word + pick(CONSONANTS)
}
