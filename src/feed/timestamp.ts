// Timestamps as they stand in a message: RFC 3339 in UTC, in the one spelling that loses nothing and says nothing twice.

import { FeedError } from './errors.ts'

/** A fraction has 3, 6 or 9 digits and its last three are never 000: then a shorter one would say the same. */
const SHAPE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(?:\d{3}){0,2}(?!000)\d{3})?Z$/

/**
 * The canonical timestamp of a moment.
 *
 * @param ms - milliseconds since 1970, within the years 0 to 9999
 * @throws FeedError `FEED_NOT_CANONICAL` for a moment outside of them
 */
export function formatTimestamp(ms: number): string {
  const date = new Date(ms)
  const year = date.getUTCFullYear()
  if (!(year >= 0 && year <= 9999)) throw notCanonical(String(ms))
  return date.toISOString().replace('.000Z', 'Z')
}

/**
 * Milliseconds since 1970 of a canonical timestamp; finer digits are cut off.
 *
 * @throws FeedError `FEED_NOT_CANONICAL` for every other spelling and for dates that no calendar has
 */
export function parseTimestamp(text: string): number {
  if (!isTimestamp(text)) throw notCanonical(text)
  const fractionMs = text.length > 20 ? Number(text.slice(20, 23)) : 0
  return Date.parse(`${text.slice(0, 19)}Z`) + fractionMs
}

/** Whether a text is a timestamp in its canonical spelling. */
export function isTimestamp(text: string): boolean {
  return (
    SHAPE.test(text) &&
    isDay(Number(text.slice(0, 4)), twoDigits(text, 5), twoDigits(text, 8)) &&
    twoDigits(text, 11) <= 23 &&
    twoDigits(text, 14) <= 59 &&
    twoDigits(text, 17) <= 59
  )
}

function isDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
}

function notCanonical(found: string): FeedError {
  return new FeedError(
    'FEED_NOT_CANONICAL',
    'A timestamp must be RFC 3339 in UTC with Z and the shortest fraction of 0, 3, 6 or 9 digits, like 2026-02-12T18:30:00Z.',
    { found },
  )
}
