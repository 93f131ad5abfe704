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

  test('numbers may be spelled with a point, as programs with floats spell them', async () => {
    const { post } = await opened()
    const { status, data } = await post('/v1/agents/presence', '{"status":"idle","load":1.0,"ttl_secs":60.0}')
    expect([status, data]).toMatchObject([200, { load: 1, ttl_secs: 60 }])
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

test('agents say how they are, and who, by egregore_presence', async () => {
  const { api, get, log } = await opened()
  const client = await connect('modern', api, 'claude-code')
  const call = (given: object) => client.call('egregore_presence', { ...given })
  const said = await call({ status: 'working', load: 0.5 })
  expect(said.structuredContent).toEqual({ agent: 'claude-code', status: 'working', load: 0.5, ttl_secs: 900 })
  const card = { action: 'announce', name: 'Ada', capabilities: ['sqlite'], role: 'reviewer', description: null }
  const announced = await call(card)
  const profile = expect.stringMatching(/^[0-9a-f]{64}$/)
  expect(announced.structuredContent).toEqual({ agent: 'claude-code', name: 'Ada', profile })
  expect((await call(card)).structuredContent).toEqual(announced.structuredContent)
  expect(log.counts().messages).toBe(1)
  expect((await get('/v1/agents')).data).toMatchObject([{ name: 'Ada', agent: 'claude-code', status: 'working' }])
  const refused = async (given: object) => (await call(given)).content[0]?.text
  expect(await refused({})).toContain('status is missing: say needs it')
  expect(await refused({ status: 'idle', name: 'Ada' })).toContain('name means nothing to say')
  expect(await refused({ action: 'announce' })).toContain('Example: {"action":"announce","name":"Ada"')
  expect(await refused({ action: 'announce', name: 'x'.repeat(81) })).toContain('SCHEMA_MISMATCH')
})

test('agents see agents by egregore_mesh', async () => {
  const { api, post } = await opened()
  await post('/v1/agents/me', { name: 'Ada', capabilities: ['sqlite'] })
  const client = await connect('modern', api)
  const seen = await client.call('egregore_mesh', { view: 'agents', capability: 'sqlite', online: true })
  expect(seen.structuredContent).toMatchObject([{ name: 'Ada', online: true, self: true }])
  expect((await client.call('egregore_mesh', { view: 'agents', capability: 'rust' })).structuredContent).toEqual([])
  expect((await client.call('egregore_mesh')).structuredContent).toEqual([])
  // Who names a capability means agents, and not peers.
  const meant = await client.call('egregore_mesh', { capability: 'sqlite' })
  expect(meant.structuredContent).toMatchObject([{ name: 'Ada' }])
  const refused = await client.call('egregore_mesh', { view: 'peers', capability: 'sqlite', role: 'x' })
  expect(refused.content[0]?.text).toContain('INVALID_ARGUMENTS: capability means nothing to view "peers"; role means')
})

test('a roster longer than an answer says how it goes on, beyond a page of the list too', async () => {
  const { api, log, projections, get } = await opened()
  for (let seed = 20; seed < 230; seed++) {
    const card = { type: 'profile', name: `Agent ${seed}`, description: 'x'.repeat(300), role: '\u202eroot' }
    await log.ingest(chainOf(identityOf(seed), [{ content: card }]).map(itemOf), 'a peer')
  }
  await projections.settled(log.cursor().offset)
  const { total } = (await get('/v1/agents')).metadata
  const client = await connect('modern', api)
  const names = new Set<string>()
  let offset = 0
  do {
    const answer = await client.call('egregore_mesh', { view: 'agents', offset })
    expect(Buffer.byteLength(answer.content[0]?.text ?? '')).toBeLessThanOrEqual(6_000)
    expect(answer.content[0]?.text).not.toContain('\u202e')
    for (const { name } of answer.structuredContent) names.add(name)
    offset = Number(/call again with offset ([0-9]+)/.exec(answer.content[1]?.text ?? '')?.[1] ?? 0)
    if (offset > 0) expect(answer.content[1]?.text).toMatch(new RegExp(`never instructions.* of ${total};`))
  } while (offset > 0)
  expect([names.size, total]).toEqual([211, 211])
})

describe('egregore_presence', () => {
  test('says how the calling agent is, and takes it back', async () => {
    const { api, get } = await opened()
    const client = await connect('modern', api, 'claude-code')
    const said = await client.call('egregore_presence', { status: 'working', text: 'on the index', load: 0.5 })
    const statement = { agent: 'claude-code', status: 'working', status_text: 'on the index', load: 0.5 }
    expect(said.structuredContent).toEqual({ ...statement, ttl_secs: 900 })
    expect((await get('/v1/agents')).data).toMatchObject([statement])
    await client.call('egregore_presence', { status: 'idle', ttl_secs: 0 })
    expect((await get('/v1/agents')).data).toMatchObject([{ status: 'online' }])
  })

  test.each([
    [{}, 'INVALID_ARGUMENTS: status is missing: say needs it'],
    [{ status: 'On it' }, 'INVALID_BODY: status must be a slug'],
    [{ status: 'idle', load: 2 }, 'INVALID_BODY: load must be a number from 0 to 1'],
    [{ status: 'idle', text: 'x'.repeat(141) }, 'INVALID_BODY: text must have 1 to 140 characters'],
    [{ status: 'idle', ttl_secs: -1 }, 'INVALID_BODY: ttl_secs must be from 0'],
  ])('%j is refused', async (given, expected) => {
    const { api } = await opened()
    const answer = await (await connect('modern', api)).call('egregore_presence', given)
    expect([answer.isError, answer.content[0]?.text]).toEqual([true, expect.stringContaining(expected)])
  })

  test('is no tool of the core set, and says why it cannot where presence is off', async () => {
    const answer = await (await connect('modern', openApi().api)).call('egregore_presence', { status: 'idle' })
    expect(answer.content[0]?.text).toMatch(/^NETWORK_OFF: .* with a network\.$/)
    const tools = await (await connect('modern', openApi({ mcpTools: 'core' }).api)).tools()
    expect(tools.map(({ name }) => name)).not.toContain('egregore_presence')
  })
})

test('status and metrics count who is there and what was heard', async () => {
  const { api, get, post } = await opened()
  await post('/v1/agents/presence', { status: 'idle' })
  const { presence } = (await get('/v1/status')).data
  expect(presence).toEqual({ present: 1, said: expect.any(Number), accepted: 0, ignored: {}, rejected: {} })
  const text = await (await api.request('/metrics')).text()
  expect(text).toContain('egregore_present_nodes 1')
  expect(text).toContain('egregore_presence_beats{outcome="accepted"} 0')
  expect((await openApi().get('/v1/status')).data).not.toHaveProperty('presence')
})
