// A block takes a feed out of every answer at once, and its end brings it back: rows stay as they are.

import { expect, test } from 'vitest'
import { chainOf, itemOf } from '../support/feeds.ts'
import { identityOf } from '../support/open-log.ts'
import { openWithProjections } from './open-projections.ts'
import type { OpenProjections } from './open-projections.ts'

const alice = identityOf(2)
const draft = { content: { type: 'insight', title: 'rate limits' }, tags: ['api'] }

async function openWithBoth(): Promise<OpenProjections> {
  const opened = openWithProjections()
  await opened.log.ingest(chainOf(alice, [draft, draft]).map(itemOf), 'a peer')
  await opened.publish(draft)
  return opened
}

/** How many messages each question answers, and the totals that go with them. */
async function answers({ list, search, projections, log }: OpenProjections): Promise<unknown> {
  const pages = [
    await list(),
    await list({ contentType: 'insight' }),
    await list({ tag: 'api' }),
    await list({ author: alice.author }),
    await list({ author: alice.author, tag: 'api' }),
    await list({ notAuthor: log.author }),
  ]
  const found = await search('rate limits')
  const feeds = await projections.feeds({ limit: 10, offset: 0 })
  const { topics } = await projections.topics({ limit: 10, offset: 0 })
  return {
    lists: pages.map(({ messages, total }) => [messages.length, total]),
    found: [found.hits.length, found.total],
    feeds: feeds.map(({ messages }) => messages).sort(),
    topics,
  }
}

const WITHOUT = {
  lists: [
    [1, 1],
    [1, 1],
    [1, 1],
    [0, 0],
    [0, 0],
    [0, 0],
  ],
  found: [1, 1],
  feeds: [1],
  topics: [{ topic: 'api', messages: 1 }],
}

const WITH = {
  lists: [
    [3, 3],
    [3, 3],
    [3, 3],
    [2, 2],
    [2, 2],
    [2, 2],
  ],
  found: [3, 3],
  feeds: [1, 2],
  topics: [{ topic: 'api', messages: 3 }],
}

test('a blocked feed is in no list, no search, no statistics and no count, until it is unblocked', async () => {
  const opened = await openWithBoth()
  expect(await answers(opened)).toEqual(WITH)
  opened.log.selection.block(alice.author)
  expect(await answers(opened)).toEqual(WITHOUT)
  opened.log.selection.unblock(alice.author)
  expect(await answers(opened)).toEqual(WITH)
})

test('an author of whom nothing is held may be blocked too', async () => {
  const opened = await openWithBoth()
  opened.log.selection.block(identityOf(9).author)
  expect(await answers(opened)).toEqual(WITH)
})
