import { expect, test } from 'vitest'
import { TEST_NOW } from '../support/open-log.ts'
import { openWithProjections } from './open-projections.ts'

const CONTENT = { type: 'message', text: 'hello' }
const PAGE = { limit: 50, offset: 0 }

test('tags are counted, the most frequent first, then by name', async () => {
  const { projections, publish } = openWithProjections()
  for (const tags of [['rust', 'sqlite'], ['sqlite'], ['a:b'], []]) await publish({ content: CONTENT, tags })
  expect(await projections.topics(PAGE)).toEqual({
    topics: [
      { topic: 'sqlite', messages: 2 },
      { topic: 'a:b', messages: 1 },
      { topic: 'rust', messages: 1 },
    ],
    total: 3,
  })
})

test('a page holds its part, and the total is that of all pages', async () => {
  const { projections, publish } = openWithProjections()
  await publish({ content: CONTENT, tags: ['a', 'b', 'c'] })
  expect(await projections.topics({ limit: 1, offset: 1 })).toEqual({ topics: [{ topic: 'b', messages: 1 }], total: 3 })
  expect(await projections.topics({ limit: 1, offset: 3 })).toEqual({ topics: [], total: 3 })
})

test('without tags there are no topics', async () => {
  const { projections, publish } = openWithProjections()
  await publish({ content: { type: 'tag:none' } })
  expect(await projections.topics(PAGE)).toEqual({ topics: [], total: 0 })
})

test('what has expired does not count, and a tag of more than 64 characters is not named', async () => {
  const { projections, publish, clock } = openWithProjections()
  await publish({ content: CONTENT, tags: ['brief'], expiresAt: '2026-01-01T00:01:00Z' })
  await publish({ content: CONTENT, tags: ['x'.repeat(64), 'y'.repeat(65)] })
  clock.now = TEST_NOW + 60_000
  expect(await projections.topics(PAGE)).toEqual({ topics: [{ topic: 'x'.repeat(64), messages: 1 }], total: 1 })
})
