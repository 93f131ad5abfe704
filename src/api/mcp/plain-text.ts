// Text of others on its way into an agent's context: nothing in it that steers a terminal, reorders what is seen, or hides.

import { stripVTControlCharacters } from 'node:util'
import { cutToBytes } from './tokens.ts'

/**
 * Controls, marks that reorder text or are not seen (bidi, zero-width space, joiners of words, tags, variation selectors beyond the
 * sixteen of emoji), and halves of characters. Joiners within words and emoji stay: many scripts need them.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant.
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: a class of single marks.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}\ud800-\udfff]/gu

/** In one line and without what is hidden. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(HIDDEN, '').replaceAll(/\s+/g, ' ').trim()
}

/** The same, cut to so many bytes in JSON. */
export function shortText(text: string, bytesMax: number): string {
  // A character has a byte at least, and what is hidden is not counted; half of one at the cut is no character.
  return cutToBytes(plainText(text.slice(0, bytesMax * 4).toWellFormed()), bytesMax)
}

/** With what is hidden written out, as `\u{202e}`: lines and spaces stay, and nothing is lost without a trace. */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(HIDDEN, (mark) => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`)
}

/** The same for every text and every name in a JSON value. Numbers that keep their spelling stay as they are. */
export function visibleValue(value: unknown): unknown {
  if (typeof value === 'string') return visibleText(value)
  if (Array.isArray(value)) return value.map(visibleValue)
  if (typeof value !== 'object' || value === null || isNumberToken(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [visibleText(name), visibleValue(member)]))
}

function isNumberToken(value: object): boolean {
  return Object.isFrozen(value) && 'rawJSON' in value
}
