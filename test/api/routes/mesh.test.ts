import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openNetwork } from '../../support/open-network.ts'
import { openApi } from '../open-api.ts'

describe('GET /v1/mesh', () => {
  test('shows each peer once with its addresses, path, latency, lag and software', async () => {
    const there = await openNetwork({ seed: 2, agent: '9.9.9' })
    const multiaddr = `/ip4/127.0.0.1/tcp/${there.network.port}`
    const here = await openNetwork({ seed: 1, peers: [there.address, multiaddr] })
    const { get } = openApi({ on: here })
    await eventually(async () => {
      const { data } = await get('/v1/mesh')
      expect(data).toMatchObject([
        {
          public_id: there.identity.author,
          peer_id: there.network.peerId,
          source: 'flag',
          state: 'live',
          path: 'lan',
          latency_ms: expect.any(Number),
          lag: 0,
          agent: 'egregore/9.9.9',
          last_contact: expect.stringMatching(/Z$/),
        },
      ])
      expect(data[0].addresses).toEqual(expect.arrayContaining([there.address, multiaddr]))
    })
    expect((await get('/v1/peers')).data).toHaveLength(2)
  })

  test('is empty without a network', async () => {
    await expect(openApi().get('/v1/mesh')).resolves.toMatchObject({ status: 200, data: [] })
  })
})

describe('GET /v1/mesh/:peer', () => {
  test('explains a connected peer by address, PeerId or author, encoded or raw', async () => {
    const there = await openNetwork({ seed: 2 })
    const here = await openNetwork({ seed: 1, peers: [there.address] })
    const { get } = openApi({ on: here })
    await eventually(async () => expect((await get('/v1/peers')).data[0].state).toBe('live'))
    const { author } = there.identity
    for (const name of [there.address, there.network.peerId, author, encodeURIComponent(author)]) {
      const { data } = await get(`/v1/mesh/${name}`)
      expect({ name, ...data }).toMatchObject({
        name,
        verdict: 'lan',
        advice: '',
        attempts: [{ address: `/ip4/127.0.0.1/tcp/${there.network.port}`, outcome: 'connected' }],
      })
    }
  })

  test('names each address that was tried, when, and what became of it', async () => {
    const there = await openNetwork({ seed: 2, networkKeys: ['another network'] })
    const { get } = openApi({ on: await openNetwork({ seed: 1, peers: [there.address, '127.0.0.1:1'] }) })
    await eventually(async () => {
      expect((await get(`/v1/mesh/${there.address}`)).data).toMatchObject({
        verdict: 'other_network',
        advice: expect.stringContaining('--network-key'),
        attempts: [{ outcome: 'other_network', time: expect.stringMatching(/Z$/), reason: expect.any(String) }],
      })
      expect((await get('/v1/mesh/127.0.0.1:1')).data).toMatchObject({ verdict: 'refused' })
    })
  })

  test('does not know whom nobody named', async () => {
    const { get } = openApi({ on: await openNetwork({ seed: 1 }) })
    for (const name of ['127.0.0.1:1', 'nonsense', '@x.ed25519']) {
      await expect(get(`/v1/mesh/${name}`)).resolves.toMatchObject({ status: 404, error: { code: 'PEER_UNKNOWN' } })
    }
  })

  test('needs a network', async () => {
    await expect(openApi().get('/v1/mesh/x')).resolves.toMatchObject({ status: 503, error: { code: 'NETWORK_OFF' } })
  })
})
