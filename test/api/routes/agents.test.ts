// The roster over HTTP and MCP.

import { describe, expect, test } from 'vitest'
import { chainOf, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openNetwork } from '../../support/open-network.ts'
import { connect } from '../mcp/clients.ts'
import { openApi } from '../open-api.ts'
import type { Draft } from '../../../src/feed/index.ts'

const alice = identityOf(2)

async function opened({ presence = true } = {}) {
  const on = await openNetwork({ seed: 1, presence, clock: () => Date.now() })
  const open = openApi({ on })
  const say = async (...drafts: Draft[]) => {
    await open.log.ingest(chainOf(alice, drafts).map(itemOf), 'a peer')
    await open.projections.settled(open.log.cursor().offset)
  }
  return { ...open, say }
}

describe('announcing', () => {
  test('publishes a profile when it says anything new', async () => {
    const { get, post, identity } = await opened()
    const ada = { name: 'Ada', capabilities: ['sqlite'], role: 'reviewer' }
    const first = await post('/v1/agents/me', ada)
    expect(first).toMatchObject({ status: 201, data: { sequence: 1, content: { type: 'profile', ...ada } } })
    const again = await post('/v1/agents/me', { ...ada, host: null })
    expect([again.status, again.data.hash]).toEqual([200, first.data.hash])
    expect((await post('/v1/agents/me', { ...ada, agent: 'claude' })).status).toBe(201)
    expect((await post('/v1/agents/me', { ...ada, host: 'desk' })).status).toBe(201)
    expect((await post('/v1/agents/me', { ...ada, agent: 'claude' })).status).toBe(200)
    const { data } = await get('/v1/agents')
    expect(data).toMatchObject([
      { author: identity.author, name: 'Ada', host: 'desk', role: 'reviewer', capabilities: ['sqlite'], self: true },
      { author: identity.author, name: 'Ada', agent: 'claude', self: true },
    ])
  })

  test.each([
    [{}, 422, 'INVALID_BODY'],
    [{ name: 'x'.repeat(81) }, 400, 'SCHEMA_MISMATCH'],
    [{ name: 'Ada', capabilities: ['Not a slug'] }, 400, 'SCHEMA_MISMATCH'],
    [{ name: 'Ada', agent: '' }, 422, 'INVALID_BODY'],
    [{ name: 'Ada', agent: 'x'.repeat(81) }, 422, 'INVALID_BODY'],
  ])('of %j is refused', async (body, status, code) => {
    const { post, log } = openApi()
    expect(await post('/v1/agents/me', body)).toMatchObject({ status, error: { code } })
    expect(log.counts().messages).toBe(0)
  })
})

describe('the list', () => {
  test('has who is there first, then cards, then agents that are there without one', async () => {
    const { get, post, say, identity } = await opened()
    await say({ content: { type: 'profile', name: 'Alice', capabilities: ['rust'] } })
    await post('/v1/agents/presence', { status: 'away', text: 'until noon', load: 0.25 })
    await post('/v1/agents/presence', { agent: 'claude', status: 'working' })
    await post('/v1/agents/me', { name: 'Zoe', capabilities: ['rust'] })
    const { data, metadata } = await get('/v1/agents')
    const short = identity.author.slice(0, 9)
    expect(metadata.total).toBe(3)
    expect(data).toMatchObject([
      { name: 'Zoe', online: true, status: 'away', status_text: 'until noon', load: 0.25, self: true },
      { name: 'Alice', online: false, self: false },
      { name: `claude (${short})`, agent: 'claude', online: true, status: 'working', capabilities: [], self: true },
    ])
    expect(data[1]).not.toHaveProperty('status')
    const names = async (query: string) =>
      (await get(`/v1/agents?${query}`)).data.map(({ name }: { name: string }) => name)
    expect(await names('capability=rust')).toEqual(['Zoe', 'Alice'])
    expect(await names('capability=sql')).toEqual([])
    expect(await names('online=true')).toEqual(['Zoe', `claude (${short})`])
    expect(await names('limit=1&offset=1')).toEqual(['Alice'])
    expect(await names('limit=9&offset=2')).toEqual([`claude (${short})`])
    expect(await names('offset=3')).toEqual([])
  })

  test('shows a node without a card by its key, and hostile words without what steers a terminal', async () => {
    const { get, post, say, identity } = await opened()
    const hostile = '\u001b[2J\u202e<b>Eve</b>\u200b'
    await say({ content: { type: 'profile', name: hostile, description: hostile, role: hostile, host: hostile } })
    await post('/v1/agents/presence', { status: 'idle', text: 'a\u202eb' })
    const { data } = await get('/v1/agents')
    expect(data[0]).toMatchObject({
      name: '<b>Eve</b>',
      description: '<b>Eve</b>',
      role: '<b>Eve</b>',
      host: '<b>Eve</b>',
    })
    expect(data[1]).toMatchObject({ name: identity.author.slice(0, 9), status_text: 'ab' })
  })

  test('works without network, where nobody is there', async () => {
    const { get, post } = openApi()
    await post('/v1/agents/me', { name: 'Ada' })
    expect((await get('/v1/agents')).data).toMatchObject([{ name: 'Ada', online: false }])
    expect((await get('/v1/agents?online=true')).data).toEqual([])
  })
})

describe('presence', () => {
  test.each([
    [{ status: 'a'.repeat(32) }, 200],
    [{ status: 'a'.repeat(33) }, 422],
    [{ status: 'idle', text: 'x'.repeat(140), load: 1, ttl_secs: 86_400, agent: 'x'.repeat(80) }, 200],
    [{ status: 'idle', text: 'x'.repeat(141) }, 422],
    [{ status: 'idle', load: 1.001 }, 422],
    [{ status: 'idle', load: -0.001 }, 422],
    [{ status: 'idle', ttl_secs: 86_401 }, 422],
    [{ status: 'idle', ttl_secs: 0 }, 200],
    [{ status: 'idle', agent: 'x'.repeat(81) }, 422],
    [{ text: 'x' }, 422],
  ])('%j is answered with %i', async (body, status) => {
    const { post } = await opened()
    expect((await post('/v1/agents/presence', body)).status).toBe(status)
  })

  test('is refused where it is off', async () => {
    const { post } = await opened({ presence: false })
    expect(await post('/v1/agents/presence', { status: 'idle' })).toMatchObject({
      status: 503,
      error: { code: 'PRESENCE_OFF' },
    })
    expect(await openApi().post('/v1/agents/presence', { status: 'idle' })).toMatchObject({
      error: { code: 'NETWORK_OFF' },
    })
  })
})

test('agents see agents by egregore_mesh', async () => {
  const { api, post } = await opened()
  await post('/v1/agents/me', { name: 'Ada', capabilities: ['sqlite'] })
  const client = await connect('modern', api)
  const seen = await client.call('egregore_mesh', { view: 'agents', capability: 'sqlite', online: true })
  expect(seen.structuredContent).toMatchObject([{ name: 'Ada', online: true, self: true }])
  expect((await client.call('egregore_mesh', { view: 'agents', capability: 'rust' })).structuredContent).toEqual([])
  expect((await client.call('egregore_mesh')).structuredContent).toEqual([])
})
