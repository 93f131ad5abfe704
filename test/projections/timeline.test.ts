import { expect, test } from 'vitest'
import { Timeline } from '../../src/projections/timeline.ts'
import { chainOf, insights } from '../support/feeds.ts'
import { identityOf, openLog } from '../support/open-log.ts'
import { entryFrom, entryOf, fold, forgotten, forked } from './entries.ts'

const bob = identityOf(2)

function openTimeline() {
  const { database } = openLog()
  const timeline = new Timeline(database)
  timeline.reset()
  const lists = () => database.prepare('SELECT list FROM timeline_lists ORDER BY list').pluck().all()
  const counts = () => database.prepare('SELECT * FROM timeline_feeds').all()
  return { database, timeline, lists, counts }
}

test('a message stands in the list of everything and in the list of each label', () => {
  const { timeline, lists } = openTimeline()
  fold(timeline, entryFrom({ content: { type: 'insight' }, tags: ['b', 'a'], traceId: 't' }))
  expect(lists()).toEqual(['*', 'tag:a', 'tag:b', 'trace:t', 'type:insight'])
})

test('a message told twice is listed and counted once', () => {
  const { timeline, lists, counts } = openTimeline()
  const entry = entryFrom({ content: 1 })
  fold(timeline, entry)
  fold(timeline, entry)
  expect(lists()).toEqual(['*'])
  expect(counts()).toEqual([{ feed: 1, messages: 1 }])
})

test.each([
  ['49 messages in one step', 49, 1],
  ['50 messages in two steps, the second of which finds nothing left', 50, 2],
  ['101 messages in three steps', 101, 3],
])('a mark withdraws %s', (_, count, steps) => {
  const { timeline, lists, counts } = openTimeline()
  const chain = chainOf(bob, insights(count))
  for (const [index, message] of chain.entries()) fold(timeline, entryOf(message, { offset: index + 1 }))
  expect(fold(timeline, forgotten(bob.author, 1, count))).toBe(steps)
  expect([lists(), counts()]).toEqual([[], []])
})

test('a mark of one feed leaves other feeds alone', () => {
  const { timeline, counts } = openTimeline()
  const chain = chainOf(bob, insights(2))
  for (const [index, message] of chain.entries()) fold(timeline, entryOf(message, { offset: index + 1, feed: 7 }))
  fold(timeline, forked(bob.author, 1, { feed: 8 }))
  expect(counts()).toEqual([{ feed: 7, messages: 2 }])
})

test('a reset leaves it empty', () => {
  const { timeline, lists, counts } = openTimeline()
  fold(timeline, entryFrom({ content: 1 }))
  fold(timeline, forked(bob.author, 5))
  timeline.reset()
  expect([lists(), counts()]).toEqual([[], []])
  fold(timeline, entryOf(chainOf(bob, insights(5))[4] ?? expect.fail()))
  expect(counts()).toEqual([{ feed: 1, messages: 1 }])
})
