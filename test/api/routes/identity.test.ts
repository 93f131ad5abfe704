import { expect, test } from 'vitest'
import { openNetwork } from '../../support/open-network.ts'
import { openApi } from '../open-api.ts'

test('names the author, its X25519 key, and where it can be dialled', async () => {
  const here = await openNetwork({ seed: 1 })
  const { status, data } = await openApi({ on: here }).get('/v1/identity')
  expect(status).toBe(200)
  expect(data).toEqual({
    public_id: here.identity.author,
    x25519_public: 'GxtY3VDqFLYNoXt5DNAnVNlwybq4ZOuzwPMBb+UdP1c=',
    peer_id: here.network.peerId,
    multiaddrs: [`/ip4/127.0.0.1/tcp/${here.network.port}/p2p/${here.network.peerId}`],
  })
})

test('has no PeerId and no addresses without network', async () => {
  const { data } = await openApi().get('/v1/identity')
  expect(data).not.toHaveProperty('peer_id')
  expect(data.multiaddrs).toEqual([])
})
