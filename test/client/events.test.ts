import { describe, expect, test } from 'vitest'
import { EgregoreClient } from '../../src/client/index.ts'
import { serve } from './serve.ts'
import type { NodeEvent } from '../../src/client/index.ts'

async function take(stream: AsyncIterator<NodeEvent>, count: number): Promise<NodeEvent[]> {
  const events: NodeEvent[] = []
  while (events.length < count) {
    const { done, value } = await stream.next()
    if (done) break
    events.push(value)
  }
  return events
}

const contents = (events: NodeEvent[]) => events.map(({ data }) => 'content' in data && data.content)

test('messages come as they are published, with their ids, through the filter', async () => {
  const { client, log } = await serve()
  const events = client.events({ tag: 'a', include_self: true })
  const stream = events[Symbol.asyncIterator]()
  const coming = take(stream, 1)
  await events.opened
  await log.publish({ content: 1, tags: ['b'] })
  await log.publish({ content: 2, tags: ['a'] })
  expect(await coming).toMatchObject([{ type: 'message', id: `${log.storeId}-2`, data: { content: 2 } }])
  expect(events.lastEventId).toBe(`${log.storeId}-2`)
  await stream.return?.(undefined)
})

test('whoever kept an id goes on behind it', async () => {
  const { client, log } = await serve()
  for (const content of [1, 2, 3]) await log.publish({ content })
  const stream = client.events({ lastEventId: `${log.storeId}-1` })[Symbol.asyncIterator]()
  expect(contents(await take(stream, 2))).toEqual([2, 3])
  await stream.return?.(undefined)
})

test('an id of another node is told as a reset', async () => {
  const { client, log } = await serve()
  const lastEventId = '0123456789abcdef-7'
  const stream = client.events({ lastEventId })[Symbol.asyncIterator]()
  const reset = { type: 'reset', id: `${log.storeId}-0`, data: { last_event_id: lastEventId } }
  expect(await take(stream, 1)).toEqual([reset])
  await stream.return?.(undefined)
})

test('a line that breaks is taken up where it broke: no gap, no repeat', async () => {
  const first = await serve()
  const events = first.client.events()
  const stream = events[Symbol.asyncIterator]()
  const one = take(stream, 1)
  await events.opened
  await first.log.publish({ content: 1 })
  expect(contents(await one)).toEqual([1])
  await first.stop()
  await first.log.publish({ content: 2 })
  const coming = take(stream, 2)
  // The same log on the same port, as after a restart.
  await serve({ on: first }, Number(new URL(first.url).port))
  await first.log.publish({ content: 3 })
  expect(contents(await coming)).toEqual([2, 3])
  await stream.return?.(undefined)
})

describe('the end', () => {
  test.each([
    ['a wrong id', { lastEventId: 'x' }, 'INVALID_EVENT_ID'],
    ['a wrong filter', { author: 'x' }, 'INVALID_AUTHOR'],
  ])('%s is thrown', async (_, asked, code) => {
    const { client } = await serve()
    const stream = client.events(asked)[Symbol.asyncIterator]()
    await expect(stream.next()).rejects.toMatchObject({ code, status: 400 })
  })

  test('a missing token is thrown', async () => {
    const { url } = await serve({ auth: { mode: 'token', token: 'a-token-of-this-test' } })
    const stream = new EgregoreClient({ url }).events()[Symbol.asyncIterator]()
    await expect(stream.next()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('a signal ends it while it waits for an event, and while nobody answers', async () => {
    const { client, stop, url } = await serve()
    for (const node of [client, new EgregoreClient({ url })]) {
      const ending = new AbortController()
      const stream = node.events({ signal: ending.signal })[Symbol.asyncIterator]()
      const next = stream.next()
      setImmediate(() => ending.abort())
      expect(await next).toEqual({ done: true, value: undefined })
      await stop()
    }
  })
})
