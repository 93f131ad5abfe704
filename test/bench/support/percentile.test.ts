import { expect, test } from 'vitest'
import { percentile } from './percentile.ts'

const HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index)

test('a percentile is a value that was measured', () => {
  expect(percentile(HUNDRED, 0.5)).toBe(50)
  expect(percentile(HUNDRED, 0.99)).toBe(99)
  expect(percentile(HUNDRED, 1)).toBe(100)
})

test('of one value every percentile is that value, of none it is none', () => {
  expect(percentile([7], 0.01)).toBe(7)
  expect(percentile([], 0.5)).toBeNaN()
})
