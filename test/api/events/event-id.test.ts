import { expect, test } from 'vitest'
import { eventId, readEventId } from '../../../src/api/events/event-id.ts'

test.each([0, 1, 10, 999_999_999_999_999])('an id at %d is read as it was written', (offset) => {
  const place = { storeId: '00112233445566ff', offset }
  expect(readEventId(eventId(place))).toEqual(place)
})

test.each([
  '',
  '-',
  '00112233445566ff',
  '00112233445566f-1',
  '00112233445566ff-01',
  '00112233445566ff-1e3',
  '00112233445566ff-1\n',
  ' 00112233445566ff-1',
  '00112233445566ff-1000000000000000',
])('%j is no id', (id) => {
  expect(readEventId(id)).toBeUndefined()
})
