import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openNetwork } from '../../support/open-network.ts'
import { openApi } from '../open-api.ts'

const MALFORMED = [
  '',
  'desk',
  'desk:',
  ':7655',
  '127.0.0.1:0',
  '127.0.0.1:65536',
  '300.1.1.1:1',
  '/ip4/127.0.0.1',
  'a b:1',
  '\u0000:1',
  'x'.repeat(600),
]

describe('with a network', () => {
  test('a peer that is added is dialled at once and shows who it is', async () => {
    const [here, there] = [await openNetwork({ seed: 1 }), await openNetwork({ seed: 2 })]
    const { get, post } = openApi({ on: here })
    const added = await post('/v1/peers', { address: there.address })
    expect(added).toMatchObject({ status: 201, data: { address: there.address, source: 'api' } })
    await eventually(async () => {
      expect((await get('/v1/peers')).data).toMatchObject([
        {
          address: there.address,
          public_id: there.identity.author,
          peer_id: there.network.peerId,
          source: 'api',
          state: 'live',
          last_contact: expect.stringMatching(/Z$/),
        },
      ])
    })
  })

  test('a peer that dialled us is listed as met', async () => {
    const here = await openNetwork({ seed: 1 })
    const there = await openNetwork({ seed: 2, peers: [here.address] })
    const { get } = openApi({ on: here })
    await eventually(async () => {
      expect((await get('/v1/peers')).data).toMatchObject([
        { public_id: there.identity.author, source: 'met', state: 'live' },
      ])
    })
  })

  test('what is not known of a peer is left out', async () => {
    const { post } = openApi({ on: await openNetwork({ seed: 1 }) })
    const { data } = await post('/v1/peers', { address: '127.0.0.1:1' })
    expect(Object.keys(data)).toEqual(['address', 'source', 'state'])
  })

  test('adding a peer twice keeps one', async () => {
    const { get, post } = openApi({ on: await openNetwork({ seed: 1 }) })
    await post('/v1/peers', { address: '127.0.0.1:1' })
    await expect(post('/v1/peers', { address: ' 127.0.0.1:1 ' })).resolves.toMatchObject({ status: 201 })
    expect((await get('/v1/peers')).data).toHaveLength(1)
  })

  test('a malformed address is refused, and nothing is kept of it', async () => {
    const { post, get } = openApi({ on: await openNetwork({ seed: 1 }) })
    for (const address of MALFORMED) {
      const answer = await post('/v1/peers', { address })
      expect({ address, ...answer }).toMatchObject({ address, status: 400, error: { code: 'INVALID_ADDRESS' } })
    }
    expect((await get('/v1/peers')).data).toEqual([])
  })

  test('an address that is no text is a body that does not fit', async () => {
    const { post } = openApi({ on: await openNetwork({ seed: 1 }) })
    for (const body of [{}, { address: 5 }, { address: null }]) {
      await expect(post('/v1/peers', body)).resolves.toMatchObject({
        status: 422,
        error: { code: 'INVALID_BODY', details: [{ field: 'address' }] },
      })
    }
  })

  test.each([
    ['host:port', '127.0.0.1:1', '127.0.0.1:1'],
    ['host:port, encoded', '127.0.0.1:1', encodeURIComponent('127.0.0.1:1')],
    ['IPv6 in brackets', '[::1]:1', '[::1]:1'],
    ['a multiaddr, raw', '/ip4/127.0.0.1/tcp/1', '/ip4/127.0.0.1/tcp/1'],
    ['a multiaddr, encoded', '/ip4/127.0.0.1/tcp/1', encodeURIComponent('/ip4/127.0.0.1/tcp/1')],
  ])('a peer is removed by %s, without body or content type', async (_, address, path) => {
    const { get, post, call } = openApi({ on: await openNetwork({ seed: 1 }) })
    await post('/v1/peers', { address })
    const answer = await call('DELETE', `/v1/peers/${path}`)
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect((await get('/v1/peers')).data).toEqual([])
  })

  test('a peer that is not known cannot be removed', async () => {
    const { call } = openApi({ on: await openNetwork({ seed: 1 }) })
    await expect(call('DELETE', '/v1/peers/127.0.0.1:1')).resolves.toMatchObject({
      status: 404,
      error: { code: 'PEER_UNKNOWN' },
    })
    await expect(call('DELETE', '/v1/peers/nonsense')).resolves.toMatchObject({
      status: 400,
      error: { code: 'INVALID_ADDRESS' },
    })
  })

  test('a peer from a flag cannot be removed here', async () => {
    const { get, call } = openApi({ on: await openNetwork({ seed: 1, peers: ['127.0.0.1:1'] }) })
    const answer = await call('DELETE', '/v1/peers/127.0.0.1:1')
    expect(answer).toMatchObject({ status: 409, error: { code: 'PEER_FROM_CONFIG' } })
    expect((await get('/v1/peers')).data).toHaveLength(1)
  })
})

describe('without a network', () => {
  test('there are no peers, and none can be added or removed', async () => {
    const { get, post, call } = openApi()
    await expect(get('/v1/peers')).resolves.toMatchObject({ status: 200, data: [] })
    const off = { status: 503, error: { code: 'NETWORK_OFF' } }
    await expect(post('/v1/peers', { address: '127.0.0.1:1' })).resolves.toMatchObject(off)
    await expect(call('DELETE', '/v1/peers/127.0.0.1:1')).resolves.toMatchObject(off)
  })
})
