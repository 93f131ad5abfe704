import { expect, test } from 'vitest'
import { Gaps } from '../../../src/network/gossip/gaps.ts'
import { identityOf } from '../../support/open-log.ts'

const FOLLOW_MS = 2_000
const [alice, bob] = [identityOf(1).author, identityOf(2).author]
const hint = (upTo: number, author = alice, peer = 'a peer') => ({ peer, author, upTo })

test('a hint is followed at once', () => {
  expect(new Gaps(FOLLOW_MS, 10).noticed(hint(5), 0)).toEqual(hint(5))
})

test('one hint of an author is followed at a time, and the latest when that has come', () => {
  const gaps = new Gaps(FOLLOW_MS, 10)
  gaps.noticed(hint(5), 0)
  expect(gaps.noticed(hint(8), 1)).toBeUndefined()
  expect(gaps.noticed(hint(9, alice, 'another'), 2)).toBeUndefined()
  expect(gaps.arrived(alice, 4, 3)).toBeUndefined()
  expect(gaps.arrived(alice, 5, 4)).toEqual(hint(9, alice, 'another'))
  expect(gaps.arrived(alice, 9, 5)).toBeUndefined()
})

test('a hint that is filled on the way to another is not followed', () => {
  const gaps = new Gaps(FOLLOW_MS, 10)
  gaps.noticed(hint(5), 0)
  gaps.noticed(hint(4), 1)
  expect(gaps.arrived(alice, 5, 2)).toBeUndefined()
})

test('hints of other authors do not wait', () => {
  const gaps = new Gaps(FOLLOW_MS, 10)
  gaps.noticed(hint(5), 0)
  expect(gaps.noticed(hint(7, bob), 0)).toEqual(hint(7, bob))
})

test('a hint that brings nothing makes way when its time is over', () => {
  const gaps = new Gaps(FOLLOW_MS, 10)
  gaps.noticed(hint(2 ** 53 - 1), 0)
  expect(gaps.noticed(hint(6), FOLLOW_MS - 1)).toBeUndefined()
  expect(gaps.noticed(hint(6), FOLLOW_MS)).toEqual(hint(6))
})

test('no more authors are remembered than may be', () => {
  const gaps = new Gaps(FOLLOW_MS, 1)
  gaps.noticed(hint(5), 0)
  gaps.noticed(hint(7, bob), 0)
  expect(gaps.noticed(hint(6), 0)).toEqual(hint(6))
})
