import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutToBytes, jsonBytes, withShorterLists } from '../../../src/api/mcp/tokens.ts'

test('a text is cut to its bytes in JSON, between characters, and only when it must be', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 3, max: 250 }), (text, bytesMax) => {
      const cut = cutToBytes(text, bytesMax)
      expect(jsonBytes(cut) - 2).toBeLessThanOrEqual(bytesMax)
      if (cut === text) return
      // What has more bytes than characters may be cut although it would just have fitted.
      expect(jsonBytes(text) - 2).toBeGreaterThan(bytesMax)
      expect(text.startsWith(cut.slice(0, -1)) && cut.endsWith('…')).toBe(true)
    }),
  )
})

test('where not even an ellipsis fits, nothing is left', () => {
  expect(cutToBytes('long', 2)).toBe('')
})

test('the longest lists of an object are cut until it fits, and nothing else is', () => {
  const value = { name: 'x', short: [1, 2], long: Array.from({ length: 100 }, (_, index) => index) }
  expect(withShorterLists(value, 10_000)).toBe(value)
  const cut = withShorterLists(value, 100)
  expect(jsonBytes(cut)).toBeLessThanOrEqual(100)
  expect(cut).toMatchObject({ name: 'x', short: [1, 2] })
  expect((cut.long as number[])[0]).toBe(0)
  expect(withShorterLists(value, 1)).toEqual({ name: 'x', short: [], long: [] })
})
