import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalTime } from '../../src/api/timestamps.ts'
import { formatTimestamp, parseTimestamp } from '../../src/feed/index.ts'

describe('canonicalTime', () => {
  test.each([
    ['2026-02-12T18:30:00Z', '2026-02-12T18:30:00Z'],
    ['2026-02-12t18:30:00z', '2026-02-12T18:30:00Z'],
    ['2026-02-12 18:30:00Z', '2026-02-12T18:30:00Z'],
    ['2026-02-12T18:30:00+00:00', '2026-02-12T18:30:00Z'],
    ['2026-02-12T18:30:00-00:00', '2026-02-12T18:30:00Z'],
    ['2026-02-12T18:30:00+05:30', '2026-02-12T13:00:00Z'],
    ['2026-02-12T18:30:00-08:00', '2026-02-13T02:30:00Z'],
    ['2026-02-12T18:30:00.0Z', '2026-02-12T18:30:00Z'],
    ['2026-02-12T18:30:00.000000Z', '2026-02-12T18:30:00Z'],
    ['2026-02-12T18:30:00.1Z', '2026-02-12T18:30:00.100Z'],
    ['2026-02-12T18:30:00.120000Z', '2026-02-12T18:30:00.120Z'],
    ['2026-02-12T18:30:00.0001+01:00', '2026-02-12T17:30:00.000100Z'],
    ['2026-02-12T18:30:00.123456789Z', '2026-02-12T18:30:00.123456789Z'],
    ['2026-02-12T18:30:00.1234567891Z', '2026-02-12T18:30:00.123456789Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z'],
  ])('spells %s as %s', (text, expected) => {
    expect(canonicalTime(text)).toBe(expected)
  })

  test.each([
    '',
    'tomorrow',
    '2026-02-12',
    '2026-02-12T18:30:00',
    '2026-02-12T18:30Z',
    '2026-02-12T18:30:00.Z',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-02-12T24:00:00Z',
    '2026-02-12T18:30:60Z',
    '2026-02-12T18:30:00+24:00',
    '2026-02-12T18:30:00+05:60',
    '2026-02-12T18:30:00+0530',
    '9999-12-31T23:59:59-00:01',
    '0000-01-01T00:00:00+00:01',
    ' 2026-02-12T18:30:00Z',
    '2026-02-12T18:30:00Z\n',
    '+02026-02-12T18:30:00Z',
  ])('refuses "%s"', (text) => {
    expect(canonicalTime(text)).toBeUndefined()
  })

  test('keeps the moment, whatever the offset', () => {
    const moments = fc.integer({ min: Date.UTC(1971, 0), max: Date.UTC(9998, 0) })
    const offsets = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 })
    fc.assert(
      fc.property(moments, offsets, (ms, minutes) => {
        const local = formatTimestamp(ms + minutes * 60_000).slice(0, -1)
        const size = Math.abs(minutes)
        const offset = `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`
        expect(parseTimestamp(canonicalTime(`${local}${offset}`) ?? '')).toBe(ms)
      }),
    )
  })
})

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
