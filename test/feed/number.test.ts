import fc from 'fast-check'
import { expect, test } from 'vitest'
import { printNumber } from '../../src/feed/number.ts'
import { vectorsOf } from './vector-files.ts'

interface NumberVector {
  name: string
  token: string
  expect: { published: string } | { refuse: true }
}

test.for(vectorsOf<NumberVector>('numbers.json').map((vector) => [`${vector.token}: ${vector.name}`, vector] as const))(
  '%s',
  ([, vector]) => {
    const published = printNumber(vector.token)
    expect(published === undefined ? { refuse: true } : { published }).toEqual(vector.expect)
  },
)

test('a printed number reads back as the same double, and prints the same again', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }), (value) => {
      const printed = printNumber(String(value)) ?? 'nothing'
      expect(Number(printed) - value).toBe(0)
      expect(printNumber(printed)).toBe(printed)
    }),
    { seed: 1, numRuns: 2000 },
  )
})
