import { describe, expect, test } from 'vitest'
import { capabilityOf, discriminatorOf } from '../../../src/feed/index.ts'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, TEST_NOW } from '../../support/open-log.ts'
import { openNetwork } from '../../support/open-network.ts'
import { openApi } from '../open-api.ts'

describe('status', () => {
  test('an empty node without network', async () => {
    const { get, identity, log, clock } = openApi()
    clock.now = TEST_NOW + 61_999
    const { status, data } = await get('/v1/status')
    expect(status).toBe(200)
    expect(data).toMatchObject({
      version: '1.2.3',
      identity: identity.author,
      port: 7654,
      peer_count: 0,
      message_count: 0,
      feed_count: 0,
      follow_count: 0,
      uptime_secs: 61,
      network: { discriminator: expect.stringMatching(/^[0-9a-f]{16}$/), default_key: false },
      peers: { known: 0, live: 0 },
      refusals: {},
      last_refusals: [],
      projections: [
        { name: 'timeline', offset: 0, lag: 0 },
        { name: 'search', offset: 0, lag: 0 },
        { name: 'things', offset: 0, lag: 0 },
        { name: 'stances', offset: 0, lag: 0 },
        { name: 'profiles', offset: 0, lag: 0 },
        { name: 'mail', offset: 0, lag: 0 },
      ],
      fork_count: 0,
      forks: [],
      store: log.storeId,
      rolled_back: false,
      health: { ok: true, reasons: [] },
    })
    expect(data).not.toHaveProperty('gossip_port')
    expect(data).not.toHaveProperty('gossip')
  })

  test('counts messages and feeds', async () => {
    const { get, log } = openApi()
    await log.publish({ content: 1 })
    await log.ingest(chainOf(identityOf(2), insights(3)).map(itemOf), 'a peer')
    expect((await get('/v1/status')).data).toMatchObject({ message_count: 4, feed_count: 2 })
  })

  test('tells known peers from live ones, and refused connections by cause', async () => {
    const here = await openNetwork({ seed: 1, peers: ['127.0.0.1:1'] })
    await openNetwork({ seed: 2, peers: [here.address] })
    await openNetwork({ seed: 3, peers: [here.address], networkKeys: ['another network'] })
    const { get } = openApi({ on: here })
    await eventually(async () => {
      const { data } = await get('/v1/status')
      expect(data).toMatchObject({ gossip_port: here.network.port, peer_count: 1, peers: { known: 2, live: 1 } })
      expect(data.refusals.wrong_key).toBeGreaterThan(0)
      expect(data.last_refusals[0]).toMatchObject({
        time: expect.stringMatching(/Z$/),
        cause: 'wrong_key',
        address: expect.stringMatching(/^.ip4.127/),
      })
    })
  })

  test('names who came in by an older network key, also when it is gone, and the metrics count it', async () => {
    const here = await openNetwork({ seed: 1, networkKeys: ['new', 'old'] })
    const there = await openNetwork({ seed: 2, networkKeys: ['old'], peers: [here.address] })
    const { get, api } = openApi({ on: here })
    const discriminator = discriminatorOf(capabilityOf('old'))
    const peer = { peer_id: there.network.peerId, public_id: there.identity.author, discriminator }
    for (const live of [true, false]) {
      await eventually(async () => {
        const { data } = await get('/v1/status')
        expect(data.network.older_keys).toEqual([{ discriminator, peer_count: 1 }])
        expect(data.older_key_peers).toEqual([{ ...peer, live, time: expect.stringMatching(/Z$/) }])
      })
      expect(await (await api.request('/metrics')).text()).toContain(
        `egregore_older_key_peers{network="${discriminator}"} 1`,
      )
      await there.network.stop()
    }
  })

  test('counts what gossip did', async () => {
    const here = await openNetwork({ seed: 1 })
    const there = await openNetwork({ seed: 2, peers: [here.address] })
    const { get } = openApi({ on: here })
    await eventually(() => expect(there.network.gossip?.subscribers).toBe(1))
    await there.log.publish({ content: 'pushed' })
    const gossip = { subscribers: 1, published: 0, received: 1, accepted: 1, ignored: {}, rejected: {}, hints: 0 }
    await eventually(async () => expect((await get('/v1/status')).data.gossip).toEqual(gossip))
    const following = { heads: 1, messages: 0 }
    await eventually(async () => expect((await get('/v1/status')).data.following).toEqual(following))
  })

  test('shows that anybody may join a network with the default key', async () => {
    const about = { version: '1', port: () => 1, startedAt: 0, networkKey: 'k', isDefaultNetworkKey: true }
    expect((await openApi({ about }).get('/v1/status')).data.network.default_key).toBe(true)
  })

  test('names forked feeds and where they forked', async () => {
    const { get, log } = openApi()
    const behind = chainOf(identityOf(2), insights(2))
    const [first] = behind
    const other = chainOf(identityOf(2), [{ content: 'other' }], first)
    await log.ingest([...behind, ...other].map(itemOf), 'a peer')
    const { data } = await get('/v1/status')
    expect(data).toMatchObject({
      fork_count: 1,
      forks: [{ author: identityOf(2).author, sequence: 2 }],
      health: { ok: true },
    })
  })

  test('names a hundred forked feeds at most, and counts them all', async () => {
    const { get, log } = openApi()
    for (let seed = 2; seed <= 102; seed++) {
      const identity = identityOf(seed)
      await log.ingest(
        [...chainOf(identity, [{ content: 1 }]), ...chainOf(identity, [{ content: 2 }])].map(itemOf),
        'a peer',
      )
    }
    const { data } = await get('/v1/status')
    expect(data.fork_count).toBe(101)
    expect(data.forks).toHaveLength(100)
  })
})

describe('health', () => {
  test('a node at work is well', async () => {
    const answer = await openApi().get('/health')
    expect(answer).toMatchObject({ status: 200, success: true, data: { ok: true, reasons: [] } })
  })

  test('a rolled back feed is a reason, here and in status', async () => {
    const { get, log, identity } = openApi()
    await log.ingest(chainOf(identity, [{ content: 1 }]).map(itemOf), 'a peer')
    const answer = await get('/health')
    expect(answer).toMatchObject({
      status: 503,
      success: false,
      data: { ok: false, reasons: [expect.stringContaining('fetched back')] },
      error: { code: 'UNHEALTHY', details: { reasons: [expect.any(String)] } },
    })
    expect((await get('/v1/status')).data).toMatchObject({ rolled_back: true, health: answer.data })
  })

  test('a fork of our own feed is a reason', async () => {
    const { get, log, identity } = openApi()
    await log.publish({ content: 'ours' })
    await log.ingest(chainOf(identity, [{ content: 'of a copy' }]).map(itemOf), 'a peer')
    const { data } = await get('/health')
    expect(data.reasons).toContainEqual(expect.stringContaining('forked at sequence 1'))
  })

  test('a projection that stopped is a reason, and the others go on', async () => {
    const { get, post, database } = openApi()
    await post('/v1/publish', { content: 'before' })
    database.exec('DROP TABLE timeline_places')
    await post('/v1/publish', { content: 'after' })
    const answer = await eventually(async () => {
      const health = await get('/health')
      expect(health.status).toBe(503)
      return health
    })
    expect(answer.data.reasons).toEqual([expect.stringMatching(/timeline stopped at offset 1/)])
    const [stopped, ...others] = (await get('/v1/status')).data.projections
    expect(stopped).toMatchObject({ name: 'timeline', error: expect.any(String) })
    for (const one of others) expect(one).toEqual({ name: expect.any(String), offset: 2, lag: 0 })
    expect((await get('/v1/insights/search?q=after')).data).toHaveLength(1)
  })
})

describe('storage', () => {
  const refusal = Object.assign(new Error('It is damaged: restore a backup.'), { code: 'STORE_DAMAGED' })

  test('a damaged database is shown with what is wrong; what would change it is refused, what reads it is not', async () => {
    const { api, get, post, call } = openApi({
      storage: {
        state: 'damaged',
        findings: ['Tree 4 page 7: btreeInitPage() returns error code 11'],
        writeFailure: undefined,
        walFailure: undefined,
        refuseWhenDamaged: () => {
          throw refusal
        },
      },
    })
    const { data } = await get('/v1/status')
    expect(data.storage).toEqual({
      state: 'damaged',
      findings: [expect.stringContaining('page 7')],
      damaged_messages: 0,
    })
    expect(await get('/health')).toMatchObject({ status: 503, error: { message: expect.stringContaining('page 7') } })
    expect(await (await api.request('/metrics')).text()).toContain('egregore_database_damaged 1')
    const refused = { status: 503, error: { code: 'STORE_DAMAGED', message: refusal.message } }
    expect(await post('/v1/publish', { content: 1 })).toMatchObject(refused)
    expect(await post('/v1/follows', {})).toMatchObject(refused)
    expect(await call('DELETE', '/v1/topics/any')).toMatchObject(refused)
    expect(await get('/v1/feed')).toMatchObject({ status: 200 })
  })

  test('a WAL that cannot be written back is told', async () => {
    const storage = {
      state: 'whole',
      findings: [],
      writeFailure: undefined,
      walFailure: 'no thread is left',
      refuseWhenDamaged: () => {},
    } as const
    const { data } = await openApi({ storage }).get('/v1/status')
    expect(data.health.reasons).toEqual([expect.stringContaining('grows: no thread is left')])
  })

  test('a disk that takes nothing is told, in the words that say what to do', async () => {
    const storage = {
      state: 'whole',
      findings: [],
      writeFailure: 'The disk refused. Look at it.',
      walFailure: undefined,
      refuseWhenDamaged: () => {},
    } as const
    const { data } = await openApi({ storage }).get('/v1/status')
    expect(data.health).toEqual({ ok: false, reasons: ['The disk refused. Look at it.'] })
  })
})
