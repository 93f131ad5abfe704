import { expect, test } from 'vitest'
import { boundedMap } from '../../src/feed/bounded-map.ts'

test('forgets the oldest entry when one more than its limit comes', () => {
  const map = boundedMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  expect(['a', 'b'].map(map.get)).toEqual([1, 2])
  map.set('c', 3)
  expect(['a', 'b', 'c'].map(map.get)).toEqual([undefined, 2, 3])
})

test('a new value for a known key takes no place', () => {
  const map = boundedMap<string, number>(2)
  map.set('a', 1)
  map.set('b', 2)
  map.set('b', 3)
  expect(['a', 'b'].map(map.get)).toEqual([1, 3])
})
