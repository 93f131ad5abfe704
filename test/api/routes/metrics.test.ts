import { expect, test } from 'vitest'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openApi } from '../open-api.ts'
import type { OpenApi } from '../open-api.ts'

/** What is scraped: name with labels → value. */
async function scraped({ api }: OpenApi): Promise<Map<string, number>> {
  const response = await api.request('/metrics')
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

test('the node is told in numbers that follow it', async () => {
  const node = openApi()
  const before = await scraped(node)
  expect(before.get('egregore_messages')).toBe(0)
  expect(before.get('egregore_info{version="1.2.3"}')).toBe(1)
  expect(before.get('egregore_healthy')).toBe(1)
  expect(before.get('egregore_disk_free_bytes')).toBe(1_048_576)
  await node.log.ingest(chainOf(identityOf(9), insights(3)).map(itemOf), 'peer')
  await node.projections.settled(node.log.cursor().offset)
  const after = await scraped(node)
  expect(after.get('egregore_messages')).toBe(3)
  expect(after.get('egregore_feeds')).toBe(1)
  expect(after.get('egregore_projection_lag{projection="search"}')).toBe(0)
  expect(after.get('process_resident_memory_bytes')).toBeGreaterThan(0)
})

test('a node that cannot publish is not healthy', async () => {
  const node = openApi()
  node.log.ownFeed.hold()
  expect((await scraped(node)).get('egregore_healthy')).toBe(0)
})

test('nothing that a peer chooses becomes a label', async () => {
  const node = openApi()
  const draft = { content: { type: 'evil"} 1', agent: 'evil' }, tags: ['evil'] }
  await node.log.ingest(chainOf(identityOf(9), [draft]).map(itemOf), 'evil')
  await node.projections.settled(node.log.cursor().offset)
  expect([...(await scraped(node)).keys()].join('\n')).not.toContain('evil')
})
