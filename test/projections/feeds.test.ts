import { expect, test } from 'vitest'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { identityOf, TEST_NOW } from '../support/open-log.ts'
import { openWithProjections } from './open-projections.ts'

const bob = identityOf(2)
const ALL = { limit: 10, offset: 0 }

async function openWithTwoFeeds() {
  const opened = openWithProjections()
  opened.clock.now = TEST_NOW + 5000
  await opened.log.ingest(chainOf(bob, insights(3)).map(itemOf), 'peer')
  await opened.publish({ content: 'ours' })
  return opened
}

test('feeds tell how many messages they have, and the times of the first and the last', async () => {
  const { projections, log } = await openWithTwoFeeds()
  expect(await projections.feeds(ALL)).toEqual([
    { author: log.author, messages: 1, firstAt: TEST_NOW + 5000, lastAt: TEST_NOW + 5000 },
    { author: bob.author, messages: 3, firstAt: TEST_NOW, lastAt: TEST_NOW + 2000 },
  ])
})

test('a page of feeds begins behind those that were skipped', async () => {
  const { projections } = await openWithTwoFeeds()
  expect((await projections.feeds({ limit: 1, offset: 1 })).map(({ author }) => author)).toEqual([bob.author])
})

test('one author can be asked for, also one who is not known', async () => {
  const { projections } = await openWithTwoFeeds()
  expect(await projections.feeds({ ...ALL, author: bob.author })).toMatchObject([{ author: bob.author, messages: 3 }])
  expect(await projections.feeds({ ...ALL, author: identityOf(9).author })).toEqual([])
})

test('what has expired does not count, and a feed of nothing else is left out', async () => {
  const { projections, publish, log, clock } = openWithProjections()
  const expiring = { content: 1, expiresAt: '2026-01-01T00:01:00Z' }
  await publish(expiring, { content: 2 }, expiring)
  await log.ingest(chainOf(bob, [expiring]).map(itemOf), 'peer')
  await projections.settled(log.cursor().offset)
  clock.now = Date.UTC(2026, 0, 1, 0, 1)
  expect(await projections.feeds(ALL)).toEqual([
    { author: log.author, messages: 1, firstAt: TEST_NOW, lastAt: TEST_NOW },
  ])
})

test('a feed that is forked from its start has no statistics', async () => {
  const { projections, log } = openWithProjections()
  await log.ingest([...chainOf(bob, insights(2)), ...chainOf(bob, insights(1, 'other'))].map(itemOf), 'peer')
  await projections.settled(log.cursor().offset)
  expect(await projections.feeds(ALL)).toEqual([])
})
