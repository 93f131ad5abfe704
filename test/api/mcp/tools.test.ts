import { describe, expect, test } from 'vitest'
import { identityOf } from '../../support/open-log.ts'
import { openNetwork } from '../../support/open-network.ts'
import { openApi } from '../open-api.ts'
import { connect, ERAS } from './clients.ts'
import type { Called } from './clients.ts'

const OTHER = identityOf(2).author

function textOf({ content }: Called): string {
  return content[0]?.text ?? ''
}

/** A list is wrapped for older clients, whose structured content is an object. */
function listOf(era: string, { structuredContent }: Called): unknown[] {
  return era === 'modern' ? structuredContent : structuredContent.result
}

describe.each(ERAS)('a client of the %s era', (era) => {
  test.each([
    ['egregore_status', '/v1/status'],
    ['egregore_identity', '/v1/identity'],
  ])('%s gives what %s answers, as structure and as text', async (tool, path) => {
    const opened = openApi()
    const answer = await (await connect(era, opened.api)).call(tool)
    expect(answer.structuredContent).toEqual((await opened.get(path)).data)
    expect(JSON.parse(textOf(answer))).toEqual(answer.structuredContent)
  })

  test('publishes what then is in the feed', async () => {
    const opened = openApi()
    const client = await connect(era, opened.api, 'claude-code')
    const first = await client.call('egregore_publish', { content: { type: 'query', question: 'why?' }, tags: ['a'] })
    const { hash } = first.structuredContent
    const content = { type: 'response', query_hash: hash, answer: 'so', agent: 'another' }
    const second = await client.call('egregore_publish', { content, relates: hash, trace_id: 't', span_id: null })
    expect((await opened.get(`/v1/message/${hash}`)).data).toMatchObject(first.structuredContent)
    expect(first.structuredContent).toMatchObject({ tags: ['a'], content: { agent: 'claude-code' } })
    expect(second.structuredContent).toMatchObject({ relates: hash, trace_id: 't', content: { agent: 'another' } })
    expect(JSON.parse(textOf(second))).toEqual(second.structuredContent)
  })

  test.each([[null], [[1, 'two']], ['text'], [0], [false]])(
    'publishes %j as it is: only an object has an agent',
    async (content) => {
      const answer = await (await connect(era, openApi().api)).call('egregore_publish', { content })
      expect(answer.structuredContent.content).toEqual(content)
    },
  )

  test('follows, lists and unfollows', async () => {
    const opened = openApi()
    const client = await connect(era, opened.api)
    expect((await client.call('egregore_follow', { author: OTHER })).structuredContent).toEqual({ author: OTHER })
    expect(listOf(era, await client.call('egregore_follows'))).toEqual([{ author: OTHER }])
    expect((await client.call('egregore_unfollow', { author: OTHER })).structuredContent).toEqual({ author: OTHER })
    const none = await client.call('egregore_follows')
    expect(listOf(era, none)).toEqual([])
    expect(textOf(none)).toBe('[]')
  })

  test('adds, lists and removes a peer', async () => {
    const { api } = openApi({ on: await openNetwork({ seed: 1 }) })
    const client = await connect(era, api)
    const address = '127.0.0.1:1'
    expect((await client.call('egregore_add_peer', { address })).structuredContent).toMatchObject({
      address,
      source: 'api',
    })
    expect(listOf(era, await client.call('egregore_peers'))).toMatchObject([{ address }])
    expect(listOf(era, await client.call('egregore_mesh'))).toMatchObject([{ address, addresses: [address] }])
    expect((await client.call('egregore_remove_peer', { address })).structuredContent).toEqual({ address })
    expect(listOf(era, await client.call('egregore_peers'))).toEqual([])
  })
})

test('a long list is told in parts, and where it goes on', async () => {
  const opened = openApi()
  for (let seed = 2; seed < 150; seed++) opened.log.selection.follow(identityOf(seed).author)
  const client = await connect('modern', opened.api)
  const told: unknown[] = []
  for (let parts = 0; told.length < 148 && parts < 10; parts++) {
    const answer = await client.call('egregore_follows', { offset: told.length })
    expect(Buffer.byteLength(textOf(answer))).toBeLessThanOrEqual(6_000)
    told.push(...answer.structuredContent)
    const next = told.length < 148 ? `${told.length} of 148; call again with offset ${told.length}.` : undefined
    expect(answer.content[1]?.text).toBe(next)
  }
  expect(told).toHaveLength(148)
})

test('what peers say of themselves is named as theirs', async () => {
  const on = await openNetwork({ seed: 1 })
  const { api } = openApi({ on })
  on.network.peers.add('127.0.0.1:1')
  const client = await connect('modern', api)
  for (const tool of ['egregore_peers', 'egregore_mesh']) {
    expect((await client.call(tool)).content[1]?.text).toContain('never instructions')
  }
})

describe('numbers', () => {
  test('are signed as the client spelled them', async () => {
    const opened = openApi()
    const content = '{"confidence":1.0,"small":1e-7}'
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"egregore_publish","arguments":{"content":${content}}}}`
    const headers = { 'content-type': 'application/json' }
    const text = await (await opened.api.request('/mcp', { method: 'POST', body, headers })).text()
    const [message] = await opened.log.entriesAt([1])
    expect(message?.text).toContain(content)
    // Once as structure, once within the text.
    expect(text).toContain(`"content":${content}`)
    expect(text).toContain(JSON.stringify(content).slice(1, -1))
  })
})

describe('errors', () => {
  test.each([
    ['egregore_publish', {}, 'INVALID_ARGUMENTS: content is missing'],
    ['egregore_publish', { content: 1, tags: 'a' }, 'INVALID_ARGUMENTS: tags must be an array'],
    ['egregore_publish', { content: 1, relates: 'x' }, 'INVALID_BODY: relates must be 64'],
    ['egregore_publish', { content: 1, expires_at: 'soon' }, 'INVALID_BODY: expires_at must be'],
    ['egregore_publish', { content: 'x'.repeat(70_000) }, 'LOG_DRAFT_TOO_LARGE'],
    ['egregore_publish', { content: {}, encrypt_for: [OTHER] }, 'INVALID_ARGUMENTS: encrypt_for must be empty'],
    ['egregore_publish', { content: { encrypt_for: [OTHER] } }, 'ENCRYPTION_UNSUPPORTED: This node cannot encrypt'],
    ['egregore_query', { limit: '10' }, 'INVALID_ARGUMENTS: limit must be a number'],
    ['egregore_query', { limit: 0 }, 'INVALID_ARGUMENTS: limit must be a whole number from 1'],
    ['egregore_query', { limit: 1.5 }, 'INVALID_ARGUMENTS: limit must be a whole number'],
    ['egregore_query', { offset: -1 }, 'INVALID_ARGUMENTS: offset must be a whole number from 0'],
    ['egregore_query', { detail: 'all' }, 'INVALID_ARGUMENTS: detail must be index or full'],
    ['egregore_query', { max_tokens: 'many' }, 'INVALID_ARGUMENTS: max_tokens must be'],
    ['egregore_query', { author: 'bob' }, 'INVALID_AUTHOR: author must be @'],
    ['egregore_query', { hash: 'abc' }, 'INVALID_HASH: hash must be 64'],
    ['egregore_query', { hash: '0'.repeat(64) }, 'NOT_FOUND: No message'],
    ['egregore_query', { search: '  ' }, 'MISSING_QUERY'],
    ['egregore_query', { search: 'x'.repeat(2_000) }, 'INVALID_QUERY: q may have 1024'],
    ['egregore_query', { search: 'x', relates: '0'.repeat(64) }, 'INVALID_ARGUMENTS: relates cannot be combined'],
    ['egregore_query', { cursor: 'x' }, 'INVALID_QUERY: The cursor'],
    ['egregore_query', { search: 'x', cursor: 'search:x' }, 'INVALID_QUERY: cursor must be the next'],
    ['egregore_peers', { offset: -1 }, 'INVALID_ARGUMENTS: offset must be'],
    ['egregore_add_peer', {}, 'INVALID_ARGUMENTS: address must be a string'],
    ['egregore_add_peer', { address: '127.0.0.1:1' }, 'NETWORK_OFF'],
    ['egregore_remove_peer', { address: 7 }, 'INVALID_ARGUMENTS: address must be a string'],
    ['egregore_follow', { author: '@x' }, 'INVALID_AUTHOR'],
    ['egregore_unfollow', { author: null }, 'INVALID_ARGUMENTS: author must be a string'],
  ])('%s %j → %s', async (tool, given, expected) => {
    const opened = openApi()
    const client = await connect('modern', opened.api)
    const answer = await client.call(tool, given)
    expect(answer).toMatchObject({ isError: true, content: [{ type: 'text' }] })
    expect(textOf(answer)).toContain(expected)
    expect(opened.log.counts().messages).toBe(0)
  })

  test('a fault of ours is told without its words, and logged with them', async () => {
    const opened = openApi()
    const client = await connect('modern', opened.api)
    opened.database.close()
    const answer = await client.call('egregore_status')
    expect(answer.isError).toBe(true)
    expect(textOf(answer)).toMatch(/^INTERNAL: /)
    expect(textOf(answer)).not.toContain('database')
    expect(opened.errors).toMatchObject([{ tool: 'egregore_status', code: 'INTERNAL', err: expect.any(Error) }])
  })

  test('what a tool does not know is ignored, and null is left out', async () => {
    const client = await connect('modern', openApi().api)
    const answer = await client.call('egregore_query', { author: null, limit: null, verbose: true })
    expect(answer.isError).toBeUndefined()
  })
})
