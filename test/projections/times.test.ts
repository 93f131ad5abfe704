import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatTimestamp, parseTimestamp } from '../../src/feed/index.ts'
import { expiryTime, listedTime } from '../../src/projections/times.ts'
import { TEST_NOW } from '../support/open-log.ts'
import { entryFrom } from './entries.ts'

test.each([
  ['claimed before it came', -1, TEST_NOW - 1],
  ['claimed as it came', 0, TEST_NOW],
  ['claimed for the future', 1, TEST_NOW],
])('a message %s stands at the earlier time', (_, later, listed) => {
  expect(listedTime(entryFrom({ content: 1 }, TEST_NOW + later))).toBe(listed)
})

test('a message that never expires has no expiry', () => {
  expect(expiryTime(entryFrom({ content: 1 }))).toBeNull()
  expect(expiryTime(entryFrom({ content: 1, expiresAt: '2026-02-12T18:30:00.123456789Z' }))).toBe(1770921000123)
})

test('times are read as the feed reads them', () => {
  const moments = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 11, 31) }).map(formatTimestamp)
  const finer = fc.constantFrom('', '456', '456789')
  const spellings = fc
    .tuple(moments, finer)
    .map(([text, digits]) => (text.length > 20 ? text.replace('Z', `${digits}Z`) : text))
  fc.assert(
    fc.property(spellings, (expiresAt) => {
      expect(expiryTime(entryFrom({ content: 1, expiresAt }))).toBe(parseTimestamp(expiresAt))
    }),
    { seed: 1, numRuns: 200 },
  )
})
