import { peerIdFromString } from '@libp2p/peer-id'
import { expect, test } from 'vitest'
import { formatTimestamp } from '../../../src/feed/index.ts'
import { SqliteBanStore } from '../../../src/store/index.ts'
import { openNetwork } from '../../support/open-network.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import { openApi } from '../open-api.ts'

const PEER = '12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5'
const LATER = Date.now() + 3_600_000

/** A node that was stopped and started again under a ban of its own making. */
async function nodeWithBan() {
  const path = `${temporaryDirectory()}/egregore.db`
  const before = await openNetwork({ seed: 1, path })
  await before.network.stop()
  const ban = { peer: PEER, code: 'FEED_SIGNATURE_INVALID', since: 1_000, until: LATER, times: 2 } as const
  new SqliteBanStore(before.database).saveBan(ban)
  return openNetwork({ seed: 1, path })
}

test('a ban is shown among the bans and among the peers, and lifted by hand', async () => {
  const { get, call } = openApi({ on: await nodeWithBan() })
  const [since, until] = [formatTimestamp(1_000), formatTimestamp(LATER)]
  const ban = { peer_id: PEER, code: 'FEED_SIGNATURE_INVALID', since, until, times: 2 }
  expect((await get('/v1/bans')).data).toEqual([ban])
  expect((await get('/v1/peers')).data).toMatchObject([
    { address: `/p2p/${PEER}`, peer_id: PEER, source: 'met', state: 'banned', ban },
  ])
  await expect(call('DELETE', `/v1/bans/${PEER}`)).resolves.toMatchObject({ status: 204, text: '' })
  expect((await get('/v1/bans')).data).toEqual([])
  expect((await get('/v1/peers')).data).toEqual([])
})

test('a ban that is not in force cannot be lifted', async () => {
  const { call } = openApi({ on: await openNetwork({ seed: 1 }) })
  const refused = { status: 404, error: { code: 'PEER_NOT_BANNED' } }
  await expect(call('DELETE', `/v1/bans/${peerIdFromString(PEER)}`)).resolves.toMatchObject(refused)
  await expect(call('DELETE', '/v1/bans/nonsense')).resolves.toMatchObject(refused)
})

test('without a network nobody is banned, and nobody can be let in', async () => {
  const { get, call } = openApi()
  await expect(get('/v1/bans')).resolves.toMatchObject({ status: 200, data: [] })
  await expect(call('DELETE', `/v1/bans/${PEER}`)).resolves.toMatchObject({
    status: 503,
    error: { code: 'NETWORK_OFF' },
  })
})
