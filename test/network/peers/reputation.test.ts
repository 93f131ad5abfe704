import fc from 'fast-check'
import { expect, test } from 'vitest'
import { consequenceOf, isBanned, scoreAt, worsened } from '../../../src/network/peers/reputation.ts'
import type { ConductCode, Standing } from '../../../src/network/peers/reputation.ts'

const HALF_LIFE_MS = 600_000

const BREACHES: readonly ConductCode[] = [
  'FEED_TOO_LARGE',
  'FEED_NOT_CANONICAL',
  'FEED_AUTHOR_INVALID',
  'FEED_SEQUENCE_INVALID',
  'FEED_PREVIOUS_INVALID',
  'FEED_HASH_MISMATCH',
  'FEED_SIGNATURE_INVALID',
  'REPLICATE_FRAME_TOO_LARGE',
  'REPLICATE_FRAME_INVALID',
  'REPLICATE_FRAME_UNEXPECTED',
  'REPLICATE_CREDIT_OVERRUN',
  'REPLICATE_ITEM_UNASKED',
  'REPLICATE_ITEM_INVALID',
]

const BAD_LUCK: readonly ConductCode[] = [
  'REPLICATE_TIMEOUT',
  'REPLICATE_STREAM_LOST',
  'REPLICATE_BUSY',
  'REPLICATE_SCOPE_UNSUPPORTED',
  'REPLICATE_FAILED',
  'CAPABILITY_WRONG_KEY',
  'CAPABILITY_UNANSWERED',
  'CAPABILITY_IDENTITY_MISMATCH',
  'CAPABILITY_TIMEOUT',
  'CAPABILITY_GARBAGE',
  'CAPABILITY_BUSY',
  'CAPABILITY_CLOSED',
]

function after(codes: readonly ConductCode[], everyMs: number): Standing {
  let standing: Standing | undefined
  for (const [index, code] of codes.entries()) standing = worsened(standing, consequenceOf(code), index * everyMs)
  return standing ?? { score: 0, at: 0 }
}

test.each(BREACHES)('%s disconnects', (code) => expect(consequenceOf(code)).toBe('disconnect'))

test.each(BAD_LUCK)('%s is held against nobody', (code) => expect(consequenceOf(code)).toBe('ignore'))

test('too much of something is a warning', () => expect(consequenceOf('REPLICATE_TOO_MANY')).toBe('warn'))

test('the third breach within seconds bans, the second does not', () => {
  expect(isBanned(after(BREACHES.slice(0, 2), 1_000))).toBe(false)
  expect(isBanned(after(BREACHES.slice(0, 3), 1_000))).toBe(true)
})

test('the hundredth warning at once bans, the one before does not', () => {
  const warnings = new Array<ConductCode>(100).fill('REPLICATE_TOO_MANY')
  expect(isBanned(after(warnings.slice(1), 0))).toBe(false)
  expect(isBanned(after(warnings, 0))).toBe(true)
})

test('a score halves in ten minutes', () => {
  expect(scoreAt({ score: 40, at: 1_000 }, 1_000 + HALF_LIFE_MS)).toBe(20)
})

test('a clock that was set back neither forgives nor adds', () => {
  expect(scoreAt({ score: 40, at: 1_000 }, 0)).toBe(40)
})

test('one breach in ten minutes never bans, however long it goes on', () => {
  expect(isBanned(after(new Array<ConductCode>(1_000).fill('FEED_SIGNATURE_INVALID'), HALF_LIFE_MS))).toBe(false)
})

test('bad luck never bans, whatever happens and however fast', () => {
  const unlucky = fc.array(fc.constantFrom(...BAD_LUCK), { maxLength: 500 })
  fc.assert(fc.property(unlucky, fc.nat(1_000), (codes, everyMs) => !isBanned(after(codes, everyMs))))
})
