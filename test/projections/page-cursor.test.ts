import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cursorAt, placeOf } from '../../src/projections/page-cursor.ts'

const places = fc.record({ key: fc.maxSafeInteger(), offset: fc.nat({ max: Number.MAX_SAFE_INTEGER }) })

test('a place comes back from its cursor', () => {
  fc.assert(
    fc.property(places, fc.constantFrom('time' as const, 'sequence' as const), (place, order) => {
      expect(placeOf(order, cursorAt(order, place))).toEqual(place)
    }),
    { seed: 1 },
  )
})

test('a cursor needs no escapes in a URL', () => {
  fc.assert(
    fc.property(places, (place) => {
      expect(cursorAt('time', place)).toMatch(/^[\w-]+$/)
    }),
    { seed: 1 },
  )
})

test('a cursor of one order is refused by the other', () => {
  const cursor = cursorAt('time', { key: 1, offset: 2 })
  expect(() => placeOf('sequence', cursor)).toThrow(expect.objectContaining({ code: 'PROJECTION_CURSOR_INVALID' }))
})

test.each(['', 'x', '0', 'dGltZTox', Buffer.from('time:1:2:3').toString('base64url')])(
  'refuses %j, which is no cursor',
  (text) => {
    expect(() => placeOf('time', text)).toThrow(
      expect.objectContaining({ code: 'PROJECTION_CURSOR_INVALID', details: { field: 'after', found: text } }),
    )
  },
)
