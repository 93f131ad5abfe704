// Times as callers write them: any RFC 3339 date with an offset, brought into the one spelling that messages have.

import { formatTimestamp, parseTimestamp } from '../feed/index.ts'

const RFC_3339 =
  /^(?<date>\d{4}-\d\d-\d\d)[Tt ](?<time>\d\d:\d\d:\d\d)(?:\.(?<fraction>\d+))?(?:[Zz]|(?<sign>[+-])(?<hours>[01]\d|2[0-3]):(?<minutes>[0-5]\d))$/

/** Digits of a second's fraction that a message can hold. Finer ones are cut off. */
const FRACTION_DIGITS_MAX = 9

/**
 * The canonical spelling of a time, in UTC with the shortest fraction, or undefined for what is no time.
 *
 * @example canonicalTime('2026-01-01T01:00:00.120+01:00') // '2026-01-01T00:00:00.120Z'
 */
export function canonicalTime(text: string): string | undefined {
  const { date, time, fraction = '', sign, hours, minutes } = RFC_3339.exec(text)?.groups ?? {}
  if (date === undefined || time === undefined) return undefined
  try {
    const offsetMs = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000)
    const second = formatTimestamp(parseTimestamp(`${date}T${time}Z`) - offsetMs)
    return `${second.slice(0, -1)}${canonicalFraction(fraction)}Z`
  } catch {
    // A date that no calendar has, or one that its offset carries beyond the years 0 to 9999.
    return undefined
  }
}

/** Groups of three digits, without groups of zeros at the end. */
function canonicalFraction(digits: string): string {
  const kept = digits.slice(0, FRACTION_DIGITS_MAX)
  const groups = kept.padEnd(Math.ceil(kept.length / 3) * 3, '0').replace(/(?:000)+$/, '')
  return groups === '' ? '' : `.${groups}`
}
