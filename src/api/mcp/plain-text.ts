// Text of others on its way into an agent's context: nothing in it that steers a terminal, reorders what is seen, or hides.

import { isNumberToken } from '../../feed/index.ts'
import { HIDDEN, plainText } from '../../util/index.ts'
import { cutToBytes } from './tokens.ts'

/** In one line, without what is hidden, and cut to so many bytes in JSON. */
export function shortText(text: string, bytesMax: number): string {
  // A character has a byte at least, and what is hidden is not counted; half of one at the cut is no character.
  return cutToBytes(plainText(text.slice(0, bytesMax * 4).toWellFormed()), bytesMax)
}

/** With what is hidden written out, as `\u{202e}`: lines and spaces stay, and nothing is lost without a trace. */
function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(HIDDEN, (mark) => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`)
}

/** The same for every text and every name in a JSON value. Numbers that keep their spelling stay as they are. */
export function visibleValue(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value)
  if (Array.isArray(value)) return value.map(visibleValue)
  if (typeof value !== 'object' || value === null || isNumberToken(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [visibleText(name), visibleValue(member)]))
}
