import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTimestamp, parseTimestamp } from '../../src/feed/index.ts'
import { type MessageVector, vectorsOf } from './vector-files.ts'

const notCanonical = expect.objectContaining({ code: 'FEED_NOT_CANONICAL' })

describe('formatTimestamp', () => {
  test('writes the shortest fraction', () => {
    expect(formatTimestamp(0)).toBe('1970-01-01T00:00:00Z')
    expect(formatTimestamp(1)).toBe('1970-01-01T00:00:00.001Z')
    expect(formatTimestamp(500)).toBe('1970-01-01T00:00:00.500Z')
    expect(formatTimestamp(-1)).toBe('1969-12-31T23:59:59.999Z')
  })

  test('knows the years 0 to 9999 and no others', () => {
    const [first, last] = [Date.parse('0000-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')]
    expect(formatTimestamp(first)).toBe('0000-01-01T00:00:00Z')
    expect(formatTimestamp(last)).toBe('9999-12-31T23:59:59.999Z')
    for (const ms of [first - 1, last + 1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => formatTimestamp(ms)).toThrow(notCanonical)
  })

  test('gives back the moment it was given', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') }),
        (ms) => {
          expect(parseTimestamp(formatTimestamp(ms))).toBe(ms)
        },
      ),
      { seed: 1, numRuns: 1000 },
    )
  })
})

describe('parseTimestamp', () => {
  test('cuts off what is finer than a millisecond, before 1970 too', () => {
    expect(parseTimestamp('1970-01-01T00:00:01.000999999Z')).toBe(1000)
    expect(parseTimestamp('1970-01-01T00:00:01.123999Z')).toBe(1123)
    expect(parseTimestamp('1969-12-31T23:59:59.000000001Z')).toBe(-1000)
  })

  test('accepts and refuses what messages do', () => {
    for (const { name, expect: outcome } of vectorsOf<MessageVector>('timestamps.json')) {
      const [, text] = /^timestamp (.*)$/.exec(name) ?? []
      if (text === undefined) continue
      if (outcome.accept) expect(parseTimestamp(text)).toBe(Date.parse(text.replace(/(\.\d{3})\d+Z/, '$1Z')))
      else expect(() => parseTimestamp(text)).toThrow(notCanonical)
    }
  })
})
