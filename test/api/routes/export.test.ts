import { expect, test } from 'vitest'
import { signedText } from '../../../src/feed/index.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'
import type { OpenApi } from '../open-api.ts'

const theirs = chainOf(identityOf(9), insights(3))

async function linesOf({ api }: OpenApi, path = '/v1/export'): Promise<string[]> {
  const response = await api.request(path)
  expect(response.headers.get('content-type')).toBe('application/x-ndjson')
  const text = await response.text()
  return text.split('\n').slice(0, -1)
}

test('gives every message as it was signed, in the order in which they came', async () => {
  const node = openApi()
  await node.post('/v1/publish', { content: 'ours' })
  await node.log.ingest(theirs.map(itemOf), 'peer')
  const [ours, ...others] = await linesOf(node)
  expect(JSON.parse(ours ?? '')).toMatchObject({ author: node.identity.author, content: 'ours' })
  expect(others).toEqual(theirs.map(signedText))
})

test('is taken whole by another node, and its export is the same', async () => {
  const [from, to] = [openApi(), openApi()]
  await from.log.ingest(theirs.map(itemOf), 'peer')
  await to.post('/v1/import', { messages: await linesOf(from) })
  expect(await linesOf(to)).toEqual(await linesOf(from))
})

test('gives one author alone', async () => {
  const node = openApi()
  await node.post('/v1/publish', { content: 'ours' })
  await node.log.ingest(theirs.map(itemOf), 'peer')
  const author = encodeURIComponent(identityOf(9).author)
  expect(await linesOf(node, `/v1/export?author=${author}`)).toHaveLength(3)
})

test('leaves out what expired and what blocked authors say', async () => {
  const node = openApi()
  await node.post('/v1/publish', { content: 'short', expires_at: '2026-01-01T00:00:01Z' })
  await node.log.ingest(theirs.map(itemOf), 'peer')
  node.clock.now += 1000
  await node.post(`/v1/blocks/${encodeURIComponent(identityOf(9).author)}`, '')
  expect(await linesOf(node)).toEqual([])
})

test('breaks when the node stops, rather than end as if it were whole', async () => {
  const stopping = new AbortController()
  const node = openApi({ stopping: stopping.signal })
  await node.log.ingest(theirs.map(itemOf), 'peer')
  const response = await node.api.request('/v1/export')
  stopping.abort()
  await expect(response.text()).rejects.toThrow()
})

test('a malformed author is refused', async () => {
  expect(await openApi().get('/v1/export?author=me')).toMatchObject({ status: 400, error: { code: 'INVALID_AUTHOR' } })
})
