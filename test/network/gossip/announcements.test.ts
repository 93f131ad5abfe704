import { expect, test } from 'vitest'
import { Announcements } from '../../../src/network/gossip/announcements.ts'
import { identityOf } from '../../support/open-log.ts'

const announcement = (fill: string, sequence = 1) => ({
  author: identityOf(1).author,
  sequence,
  hash: fill.repeat(64),
  signature: new Uint8Array(64),
})

test('an announcement is known by author and hash, whatever sequence it claims, until the window is over', () => {
  const announcements = new Announcements(1_000, 10)
  announcements.add(announcement('a'), 0)
  expect(announcements.has(announcement('a', 7), 999)).toBe(true)
  expect(announcements.has(announcement('b'), 0)).toBe(false)
  expect(announcements.has(announcement('a'), 1_000)).toBe(false)
})

test('the oldest is forgotten when there are too many', () => {
  const announcements = new Announcements(1_000, 2)
  for (const fill of ['a', 'b', 'c']) announcements.add(announcement(fill), 0)
  expect(['a', 'b', 'c'].map((fill) => announcements.has(announcement(fill), 0))).toEqual([false, true, true])
})
