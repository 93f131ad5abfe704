// protocols/content: "text(n)" and "slug".

import { UNITS_PER_NFC_CODE_POINT } from './constants.ts'

/** Whether a value is a string of 1 to `lengthMax` code points of NFC, without NUL. */
export function isText(value: unknown, lengthMax: number): value is string {
  if (typeof value !== 'string' || value === '' || value.includes('\0')) return false
  if (value.length > lengthMax * UNITS_PER_NFC_CODE_POINT) return false
  return Array.from(value.normalize('NFC')).length <= lengthMax
}

/** A lower-case letter, then up to 31 letters, digits, _ or -. */
export function isSlug(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z][a-z0-9_-]{0,31}$/.test(value)
}
