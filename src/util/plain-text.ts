// Text of others on its way to somebody's eyes: nothing in it that steers a terminal, reorders what is seen, or hides.

import { stripVTControlCharacters } from 'node:util'

/**
 * Controls, marks that reorder text or are not seen (bidi, zero-width space, joiners of words, tags, variation selectors beyond the
 * sixteen of emoji), and halves of characters. Joiners within words and emoji stay: many scripts need them.
 */
export const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant.
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: a class of single marks.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}\ud800-\udfff]/gu

/** In one line and without what is hidden. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(HIDDEN, '').replaceAll(/\s+/g, ' ').trim()
}
