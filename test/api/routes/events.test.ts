import { describe, expect, onTestFinished, test } from 'vitest'
import { STREAMS_MAX } from '../../../src/api/events/constants.ts'
import { EventReader } from '../../support/event-reader.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, TEST_NOW } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'
import type { OpenApi } from '../open-api.ts'

const alice = identityOf(2)
const bob = identityOf(3)

async function listen({ api }: OpenApi, query = '', headers: Record<string, string> = {}): Promise<EventReader> {
  const response = await api.request(`/v1/events${query}`, { headers })
  expect(response.status).toBe(200)
  const reader = new EventReader(response.body as ReadableStream<Uint8Array>)
  onTestFinished(() => reader.close())
  return reader
}

/** A stream that has said its first words, and so is told of whatever comes from now on. */
async function listening(open: OpenApi, query = ''): Promise<EventReader> {
  const reader = await listen(open, query)
  await reader.piece()
  return reader
}

/** What a stream from the beginning shows, told by the numbers in the contents. */
async function shown(open: OpenApi, query: string): Promise<unknown[]> {
  const reader = await listen(open, `?last_event_id=${open.log.storeId}-0${query}`)
  const { hash } = await open.log.publish({ content: { type: 'end' }, tags: ['end'] })
  const seen: unknown[] = []
  for (;;) {
    const event = await reader.next()
    if (event === undefined || event.data.hash === hash) return seen
    seen.push(event.event === undefined ? event.data.content : event)
  }
}

describe('what comes', () => {
  test('a message is told of as every other answer has it', async () => {
    const open = openApi()
    const reader = await listening(open)
    const { hash } = await open.log.publish({ content: { type: 'insight', text: 'a\nb\u2028c' }, tags: ['x'] })
    const event = await reader.next()
    const { data } = (await open.get('/v1/feed?include_self=true')) as { data: { hash: string }[] }
    expect(data[0]?.hash).toBe(hash)
    expect(event).toEqual({ id: `${open.log.storeId}-1`, event: undefined, data: data[0] })
  })

  test('events begin with where the log ends, before anything happens', async () => {
    const open = openApi()
    await open.log.publish({ content: 1 })
    const reader = await listen(open)
    expect(await reader.piece()).toBe(`retry: 2000\nid: ${open.log.storeId}-1\n\n`)
  })

  test('our own messages and those of peers come in the order of the log', async () => {
    const open = openApi()
    const reader = await listening(open)
    await open.log.publish({ content: 1 })
    await open.log.ingest(chainOf(alice, [{ content: 2 }, { content: 3 }]).map(itemOf), 'a peer')
    await open.log.publish({ content: 4 })
    const events = await reader.take(4)
    expect(events.map(({ data }) => data.content)).toEqual([1, 2, 3, 4])
  })

  test('it is an event stream that no proxy keeps back or stores', async () => {
    const { api } = openApi()
    const { headers, body } = await api.request('/v1/events')
    expect(headers.get('content-type')).toBe('text/event-stream')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-accel-buffering')).toBe('no')
    await body?.cancel()
  })
})

describe('filters', () => {
  async function openWithMany(): Promise<OpenApi> {
    const open = openApi()
    const drafts = [
      { content: { type: 'insight', n: 1, agent: 'claude' }, tags: ['a'] },
      { content: { type: 'query', n: 2 }, tags: ['a', 'b'] },
      { content: 'no object' },
    ]
    await open.log.ingest(chainOf(alice, drafts).map(itemOf), 'a peer')
    await open.log.ingest(chainOf(bob, [{ content: { type: 'insight', n: 3 } }]).map(itemOf), 'a peer')
    await open.log.publish({ content: { type: 'insight', n: 4 } })
    return open
  }
  const numbers = (contents: unknown[]) => contents.map((content) => (content as { n?: number }).n ?? content)

  test.each([
    ['', [1, 2, 'no object', 3, 4]],
    ['&content_type=insight&tag=a', [1]],
    ['&tag=b', [2]],
    ['&agent=claude', [1]],
    [`&author=${encodeURIComponent(bob.author)}`, [3]],
    [`&author=${alice.author}&content_type=query`, [2]],
    ['&include_self=true', [1, 2, 'no object', 3, 4]],
  ])('%s', async (query, expected) => {
    const open = await openWithMany()
    const reader = await listen(open, `?last_event_id=${open.log.storeId}-0${query}`)
    const events = await reader.take(expected.length)
    expect(numbers(events.map(({ data }) => data.content))).toEqual(expected)
  })

  test('include_self=false leaves our own out', async () => {
    const open = await openWithMany()
    const reader = await listen(open, `?last_event_id=${open.log.storeId}-0&include_self=false`)
    await open.log.ingest(chainOf(identityOf(4), [{ content: { n: 5 } }]).map(itemOf), 'a peer')
    const events = await reader.take(5)
    expect(numbers(events.map(({ data }) => data.content))).toEqual([1, 2, 'no object', 3, 5])
  })

  test('a client that is told of nothing moves on by what it is not told of', async () => {
    const open = openApi()
    const reader = await listening(open, '?content_type=none,such')
    await open.log.publish({ content: { type: 'other' } })
    await open.log.publish({ content: { type: 'none,such' } })
    expect(await reader.next()).toMatchObject({ id: `${open.log.storeId}-2` })
  })
})

describe('what is meant for us', () => {
  const say = (text: string, more: object = {}) => ({ content: { type: 'message', text, ...more } })
  const texts = (contents: unknown[]) => contents.map((content) => (content as { text?: string }).text)

  test('to us, to everybody, to a role of ours and in answer to us; nothing else', async () => {
    const open = openApi()
    const me = open.log.author
    const profile = { type: 'profile', name: 'Ada', role: 'reviewer', capabilities: ['rust'] }
    await open.log.publish({ content: profile })
    const ours = await open.log.publish({ content: { type: 'query', question: 'why?' } })
    const theirs = [
      say('to us', { to: [me] }),
      say('to all'),
      say('to a role', { to: ['role:reviewer'] }),
      say('to what we can', { to: ['role:rust', bob.author] }),
      say('to another role', { to: ['role:press'] }),
      say('to bob', { to: [bob.author] }),
      say('answers us', { to: [bob.author], reply_to: ours.hash }),
      { content: { type: 'response', query_hash: ours.hash, text: 'a response', answer: 'because' } },
      { content: { type: 'response', query_hash: 'f'.repeat(64), text: 'to a stranger', answer: 'no' } },
      { content: { type: 'insight', text: 'an insight', to: [me] } },
      { content: 'no object' },
    ]
    await open.log.ingest(chainOf(alice, theirs).map(itemOf), 'a peer')
    expect(texts(await shownToUs(open))).toEqual([
      'to us',
      'to all',
      'to a role',
      'to what we can',
      'answers us',
      'a response',
    ])
  })

  test('roles are those of the moment, also when a profile comes while the stream is open', async () => {
    const open = openApi()
    const reader = await listening(open, '?inbox=true')
    const roles = { to: ['role:reviewer'] }
    const [before, after] = chainOf(alice, [say('before', roles), say('after', roles)])
    await open.log.ingest([before ?? expect.fail()].map(itemOf), 'a peer')
    // Told of to everybody, so that the stream has passed what came before.
    await open.log.ingest(chainOf(bob, [say('to all')]).map(itemOf), 'a peer')
    expect(texts([(await reader.next())?.data.content])).toEqual(['to all'])
    await open.log.publish({ content: { type: 'profile', name: 'Ada', role: 'reviewer' } })
    await open.log.ingest([after ?? expect.fail()].map(itemOf), 'a peer')
    expect(texts([(await reader.next())?.data.content])).toEqual(['after'])
  })

  test('not of authors who are muted, from the moment on; the other filters hold too', async () => {
    const open = openApi()
    const feed = chainOf(alice, [say('one'), say('two', { to: [open.log.author] })])
    await open.log.ingest(feed.map(itemOf), 'a peer')
    expect(texts(await shownToUs(open, '&content_type=query'))).toEqual([])
    expect(texts(await shownToUs(open))).toEqual(['one', 'two'])
    await open.post(`/v1/mutes/${encodeURIComponent(alice.author)}`, '')
    expect(await shownToUs(open)).toEqual([])
  })

  /** From the beginning on, until what somebody else says last. */
  async function shownToUs(open: OpenApi, query = ''): Promise<unknown[]> {
    const reader = await listen(open, `?last_event_id=${open.log.storeId}-0&inbox=true${query}`)
    const end = chainOf(identityOf(nextSeed++), [
      { content: { type: query === '' ? 'message' : 'query', text: 'end' } },
    ])
    await open.log.ingest(end.map(itemOf), 'a peer')
    const seen: unknown[] = []
    for (;;) {
      const event = await reader.next()
      if (event === undefined || event.data.hash === end[0]?.hash) {
        open.log.selection.block(end[0]?.author ?? expect.fail())
        return seen
      }
      seen.push(event.data.content)
    }
  }

  let nextSeed = 50
})

describe('what is not shown', () => {
  test('blocked authors, from the moment of the block', async () => {
    const open = openApi()
    const feed = chainOf(alice, [{ content: 1 }, { content: 2 }])
    await open.log.ingest(feed.map(itemOf), 'a peer')
    open.log.selection.block(alice.author)
    expect(await shown(open, '')).toEqual([])
    open.log.selection.unblock(alice.author)
    expect(await shown(open, '')).toEqual([1, 2, { type: 'end' }])
  })

  test('messages that have expired', async () => {
    const open = openApi()
    await open.log.publish({ content: 'short', expiresAt: '2026-01-01T00:00:01Z' })
    await open.log.publish({ content: 'long', expiresAt: '2026-01-01T00:00:02Z' })
    open.clock.now = TEST_NOW + 1000
    expect(await shown(open, '')).toEqual(['long'])
  })

  test('messages of a forked feed from the fork on', async () => {
    const open = openApi()
    const one = chainOf(alice, [{ content: 1 }, { content: 2 }])
    const other = chainOf(alice, [{ content: 1 }, { content: 3 }])
    await open.log.ingest([...one, ...other].map(itemOf), 'a peer')
    expect(await shown(open, '')).toEqual([1])
  })
})

describe('resuming', () => {
  test('by header or by query: all that came since, then what comes, each once', async () => {
    const open = openApi()
    for (const content of [1, 2, 3]) await open.log.publish({ content })
    const id = `${open.log.storeId}-1`
    const byHeader = await listen(open, '', { 'last-event-id': id })
    const byQuery = await listen(open, `?last_event_id=${id}`)
    for (const content of [4, 5]) await open.log.publish({ content })
    for (const reader of [byHeader, byQuery]) {
      const events = await reader.take(4)
      expect(events.map(({ data }) => data.content)).toEqual([2, 3, 4, 5])
      expect(reader.lastEventId).toBe(`${open.log.storeId}-5`)
    }
  })

  test('the header goes before the query, and an empty one is none', async () => {
    const open = openApi()
    for (const content of [1, 2, 3]) await open.log.publish({ content })
    const reader = await listen(open, `?last_event_id=${open.log.storeId}-0`, {
      'last-event-id': `${open.log.storeId}-2`,
    })
    expect((await reader.next())?.data.content).toBe(3)
    const fresh = await listen(open, '?last_event_id=', { 'last-event-id': '' })
    await fresh.piece()
    await open.log.publish({ content: 4 })
    expect((await fresh.next())?.data.content).toBe(4)
  })

  test('thousands of messages while more are published: no gap and no repeat', async () => {
    const open = openApi()
    await open.log.ingest(chainOf(alice, insights(2_000)).map(itemOf), 'a peer')
    const reader = await listen(open, `?last_event_id=${open.log.storeId}-500`)
    const publishing = Promise.all(Array.from({ length: 500 }, (_, n) => open.log.publish({ content: n })))
    const events = await reader.take(2_000)
    await publishing
    expect(events.map(({ id }) => Number(id?.split('-')[1]))).toEqual(Array.from({ length: 2_000 }, (_, n) => 501 + n))
  })

  test.each(['0123456789abcdef-1', 'beyond'])('an id that is no place in this log resets: %s', async (given) => {
    const open = openApi()
    await open.log.publish({ content: 1 })
    const id = given === 'beyond' ? `${open.log.storeId}-2` : given
    const reader = await listen(open, `?last_event_id=${id}`)
    expect(await reader.next()).toEqual({ id: `${open.log.storeId}-1`, event: 'reset', data: { last_event_id: id } })
    await open.log.publish({ content: 2 })
    expect((await reader.next())?.data.content).toBe(2)
  })

  test.each([
    'x',
    '-1',
    '0123456789abcdef',
    '0123456789abcdef-',
    '0123456789abcdef--1',
    '0123456789abcdef-01',
    '0123456789ABCDEF-1',
    '0123456789abcdef-1 ',
    '0123456789abcdef-9999999999999999',
  ])('a malformed id is refused: %s', async (id) => {
    const { get } = openApi()
    const refused = { status: 400, error: { code: 'INVALID_EVENT_ID' } }
    await expect(get(`/v1/events?last_event_id=${encodeURIComponent(id)}`)).resolves.toMatchObject(refused)
  })

  test('a range that was forgotten is told as a gap, except of authors who are not asked for', async () => {
    const open = openApi()
    await open.log.ingest(chainOf(alice, insights(3)).map(itemOf), 'a peer')
    const feed = open.log.feedNumber(alice.author)
    // As retention leaves it: the mark behind, the messages gone.
    open.database.prepare('DELETE FROM entries WHERE feed = ? AND sequence <= 2').run(feed)
    const mark = 'INSERT INTO entries (kind, feed, sequence, until, received_at) VALUES (2, ?, 1, 2, 0)'
    open.database.prepare(mark).run(feed)
    await open.log.publish({ content: 'last' })
    const from = `?last_event_id=${open.log.storeId}-0`
    const events = await (await listen(open, `${from}&tag=anything`)).take(1)
    expect(events).toEqual([
      { id: `${open.log.storeId}-4`, event: 'gap', data: { author: alice.author, from: 1, to: 2 } },
    ])
    const own = await listen(open, `${from}&author=${encodeURIComponent(open.log.author)}`)
    expect((await own.next())?.data.content).toBe('last')
  })
})

describe('limits', () => {
  test('as many clients as there are places, and one place for each that leaves', async () => {
    const open = openApi()
    const readers = await Promise.all(Array.from({ length: STREAMS_MAX }, () => listen(open)))
    await expect(open.get('/v1/events')).resolves.toMatchObject({
      status: 503,
      error: { code: 'TOO_MANY_STREAMS', details: { limit: STREAMS_MAX } },
    })
    await readers[0]?.close()
    await listen(open)
  })

  test('HEAD takes no place', async () => {
    const open = openApi()
    for (let count = 0; count <= STREAMS_MAX; count++) {
      expect((await open.call('HEAD', '/v1/events')).status).toBe(200)
    }
  })

  test('a malformed id, and a wrong query, take no place', async () => {
    const open = openApi()
    for (let count = 0; count <= STREAMS_MAX; count++) await open.get('/v1/events?last_event_id=x')
    await expect(open.get('/v1/events?author=x')).resolves.toMatchObject({ error: { code: 'INVALID_AUTHOR' } })
    await expect(open.get('/v1/events?include_self=x')).resolves.toMatchObject({ error: { code: 'INVALID_QUERY' } })
    await listen(open)
  })

  test('a client that takes nothing is made nothing: it is told when it reads on', async () => {
    const open = openApi()
    const slow = await listening(open)
    const quick = await listening(open)
    for (let content = 1; content <= 100; content++) await open.log.publish({ content })
    expect(await quick.take(100)).toHaveLength(100)
    expect((await slow.take(100)).map(({ data }) => data.content)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1))
  })
})

describe('the end', () => {
  test('streams end when the node stops, also those that wait', async () => {
    const stopping = new AbortController()
    const open = openApi({ stopping: stopping.signal })
    const reader = await listening(open)
    const ended = reader.next()
    stopping.abort()
    expect(await ended).toBeUndefined()
    expect(await (await listen(open)).next()).toBeUndefined()
  })

  test('streams end when the log closes', async () => {
    const open = openApi()
    const reader = await listening(open)
    await open.log.close()
    expect(await reader.next()).toBeUndefined()
  })
})
