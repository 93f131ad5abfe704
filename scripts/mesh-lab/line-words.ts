// How a person says what a line is like: loss=5 delay=50 jitter=10 overtaking=1 rate=10.

import type { LineSettings } from './line.ts'

/** Word → the setting, and what one unit of the word is in units of the setting. */
const WORDS: Readonly<Record<string, [keyof LineSettings, number]>> = {
  loss: ['loss', 0.01],
  delay: ['delayMs', 1],
  jitter: ['jitterMs', 1],
  overtaking: ['overtaking', 0.01],
  rate: ['rate', 1_000_000],
}

/** @throws Error a sentence for people */
export function readLine(words: readonly string[]): LineSettings {
  return Object.fromEntries(words.map(readSetting))
}

function readSetting(word: string): [keyof LineSettings, number] {
  const [name = '', value = ''] = word.split('=')
  const known = WORDS[name]
  const number = Number(value)
  if (known === undefined || value === '' || !(number >= 0)) {
    throw new Error(`"${word}" is no setting of a line. Known are ${Object.keys(WORDS).join(', ')}, such as loss=5.`)
  }
  const [setting, unit] = known
  return [setting, number * unit]
}
