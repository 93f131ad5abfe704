import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareUtf8 } from '../../src/feed/utf8-order.ts'

test('orders strings as their UTF-8 bytes are ordered', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
    { seed: 1, numRuns: 2000 },
  )
})

test.for([
  ['\ud7ff', '\ue000'],
  ['\ue000', '\u{10000}'],
  ['\uffff', '\u{10000}'],
  ['\u{10000}', '\u{10001}'],
  ['\u{103ff}', '\u{10400}'],
  ['', '\u0000'],
  ['a', 'aa'],
] as const)('%j stands before %j', ([a, b]) => {
  expect(compareUtf8(a, b)).toBeLessThan(0)
  expect(compareUtf8(b, a)).toBeGreaterThan(0)
})

test('compares ranges of one text', () => {
  const text = '"abc":0,"abd":0'
  expect(compareUtf8(text, text, 1, 4, 9, 12)).toBeLessThan(0)
  expect(compareUtf8(text, text, 1, 3, 9, 11)).toBe(0)
})
