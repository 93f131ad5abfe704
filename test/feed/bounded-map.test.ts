import { expect, test } from 'vitest'
import { boundedMap } from '../../src/feed/bounded-map.ts'

const LIMIT = 100

function filled(count: number) {
  const map = boundedMap<number, string>(LIMIT)
  for (let key = 0; key < count; key++) map.set(key, `value ${key}`)
  return map
}

function heldIn(map: ReturnType<typeof filled>, count: number): number[] {
  return Array.from({ length: count }, (_, key) => key).filter((key) => map.get(key) !== undefined)
}

test('keeps everything up to half its limit, and never more than its limit', () => {
  expect(heldIn(filled(LIMIT / 2), LIMIT / 2)).toHaveLength(LIMIT / 2)
  for (const count of [LIMIT, LIMIT + 1, 10 * LIMIT]) {
    const map = filled(count)
    const newest = Array.from({ length: LIMIT / 2 }, (_, index) => count - 1 - index)
    expect(newest.every((key) => map.get(key) === `value ${key}`)).toBe(true)
    expect(heldIn(filled(count), count).length).toBeLessThanOrEqual(LIMIT)
  }
})

test('what is used stays, whatever comes', () => {
  const map = filled(1)
  for (let key = 1; key < 10 * LIMIT; key++) {
    map.set(key, `value ${key}`)
    expect(map.get(0)).toBe('value 0')
  }
})

test('a new value replaces the one before it', () => {
  const map = filled(2)
  map.set(1, 'another')
  expect(map.get(1)).toBe('another')
})
