// Names that authors give themselves, as they are shown: protocols/content/profile/1/spec.md, "Names". A name proves nothing, so that one
// which could be taken for another's is shown with the key that does.

import { plainText } from '../util/index.ts'
import { NAME_LENGTH_MAX } from './constants.ts'
import { latinLookalike } from './lookalikes.ts'
import { isText } from './text.ts'
import type { Author } from '../feed/index.ts'

/** Characters of a key by which people tell authors apart: @ and 48 bits. */
const SHORT_KEY_LENGTH = 9

/** An author as people compare them: the first characters of the key. */
export function shortKey(author: Author): string {
  return author.slice(0, SHORT_KEY_LENGTH)
}

/** Whether a value is taken for a name: a text(80), in which readers forgive a NUL, as they drop every control. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && isText(value.replaceAll('\0', ' '), NAME_LENGTH_MAX)
}

/** What can be shown of a name: in one line, without marks that hide or pile up. Undefined when nothing is left, or it is no name. */
export function shownName(name: unknown): string | undefined {
  if (!isName(name)) return undefined
  const composed = name.toWellFormed().normalize('NFC')
  const shown = plainText(composed.replaceAll(UNSEEN, ' '))
    .replaceAll(PILED, '$1')
    .replace(/^\p{M}+/u, '')
    .trim()
  return SEEN.test(shown) ? shown : undefined
}

/** Code points that no font shows, or each in its own way. */
const UNSEEN = /[\p{Cn}\p{Co}\u2800]/gu

/** No writing needs more marks on one letter than two. */
const PILED = /(\p{M}{2})\p{M}+/gu

const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u

/**
 * Two names with one key could be taken for one another: they differ in case, accents, spaces, punctuation, width, or in letters that look
 * alike. Broad on purpose: all that it costs two authors is that their keys stand beside their names.
 *
 * @param shown - as {@link shownName} gives it
 */
export function nameKey(shown: string): string {
  const letters = Array.from(shown.normalize('NFKD'), latinLookalike).join('').toUpperCase().toLowerCase()
  const bare = letters.normalize('NFKD').replaceAll(/[^\p{L}\p{N}]/gu, '')
  const key = bare.replaceAll('rn', 'm').replaceAll('vv', 'w').replaceAll('0', 'o').replaceAll(/[1i]/g, 'l')
  return key === '' ? shown.normalize('NFKC') : key
}

/**
 * A name as it is shown of an author: with the short key when others have it too, or when it looks like a key or like several writings at once.
 *
 * @param name - as {@link shownName} gives it
 * @example displayName(author, 'alice', true) // 'alice (@iojj3XQJ)'
 */
export function displayName(author: Author, name: string | undefined, isShared: boolean): string {
  if (name === undefined) return shortKey(author)
  return isShared || isUnclear(name) ? `${name} (${shortKey(author)})` : name
}

function isUnclear(name: string): boolean {
  const letters = name.match(/\p{L}/gu) ?? []
  return (
    LIKE_A_KEY.test(name.normalize('NFKC')) ||
    !WRITINGS.some((writing) => letters.every((letter) => writing.test(letter)))
  )
}

/** What a key and the place beside a name begin with. */
const LIKE_A_KEY = /[@()[\]]/

/** Scripts that are written together, as Unicode Technical Standard 39 §5.1 has it; those of no living language are in none. */
const WRITINGS: readonly RegExp[] = [
  /[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Common}]/u,
  /[\p{Script=Latin}\p{Script=Han}\p{Script=Hangul}\p{Script=Common}]/u,
  /[\p{Script=Latin}\p{Script=Han}\p{Script=Bopomofo}\p{Script=Common}]/u,
  /[\p{Script=Cyrillic}\p{Script=Common}]/u,
  /[\p{Script=Greek}\p{Script=Common}]/u,
  /\p{Script=Arabic}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Devanagari}/u,
  /\p{Script=Bengali}/u,
  /\p{Script=Gujarati}/u,
  /\p{Script=Gurmukhi}/u,
  /\p{Script=Tamil}/u,
  /\p{Script=Telugu}/u,
  /\p{Script=Kannada}/u,
  /\p{Script=Malayalam}/u,
  /\p{Script=Sinhala}/u,
  /\p{Script=Thai}/u,
  /\p{Script=Lao}/u,
  /\p{Script=Khmer}/u,
  /\p{Script=Myanmar}/u,
  /\p{Script=Tibetan}/u,
  /\p{Script=Georgian}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Ethiopic}/u,
]
