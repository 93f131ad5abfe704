import { expect, test } from 'vitest'
import { placeOf } from '../../../../src/network/replicate/puller/item-place.ts'
import { chainOf, insights } from '../../../support/feeds.ts'
import { identityOf } from '../../../support/open-log.ts'

const identity = identityOf(1)

test('reads author and sequence from the start of a text', () => {
  const [first, second] = chainOf(identity, insights(2))
  expect(placeOf(Buffer.from(first?.text ?? ''))).toEqual({ author: identity.author, sequence: 1 })
  expect(placeOf(Buffer.from(second?.text ?? ''))).toEqual({ author: identity.author, sequence: 2 })
})

test('reads sequences up to 2^53 − 1', () => {
  expect(placeOf(starting('9007199254740991,'))?.sequence).toBe(Number.MAX_SAFE_INTEGER)
  expect(placeOf(starting('9007199254740992,'))).toBeUndefined()
  expect(placeOf(starting('99999999999999999,'))).toBeUndefined()
})

test.each(['0,', '1', '1}', '-1,', '1.0,', '', ',', 'x,'])(
  'finds no place when the sequence is written %j',
  (sequence) => {
    expect(placeOf(starting(sequence))).toBeUndefined()
  },
)

test.each(['', '{', '{"sequence":1,"author":"', '{ "author":"'])(
  'finds no place in a text that begins with %j',
  (text) => {
    expect(placeOf(Buffer.from(text))).toBeUndefined()
  },
)

function starting(sequence: string): Uint8Array {
  return Buffer.from(`{"author":"${identity.author}","sequence":${sequence}`)
}
