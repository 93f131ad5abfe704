import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openNetwork } from '../../support/open-network.ts'

test('an entry point is dialled at the start and shows its source', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, bootstrap: [a.address] })
  const row = { address: a.address, source: 'bootstrap', state: 'live' }
  await eventually(() => expect(b.network.peers.list()).toMatchObject([row]))
})

test('an entry point of another network is refused, says why, and the others go on', async () => {
  const other = await openNetwork({ seed: 1, networkKeys: ['another network'] })
  const a = await openNetwork({ seed: 2 })
  const b = await openNetwork({ seed: 3, bootstrap: [other.address, a.address] })
  await eventually(() => {
    expect(b.network.peers.list()).toMatchObject([
      { address: other.address, lastError: expect.stringMatching(/network key/) },
      { address: a.address, state: 'live' },
    ])
  })
  expect(b.network.peers.list()[0]?.state).not.toBe('live')
  expect(other.network.refusals.wrong_key).toBeGreaterThan(0)
  const { hash } = await a.log.publish({ content: 'goes on' })
  await eventually(async () => expect(await b.log.message(hash)).toBeDefined())
})

test('an entry point cannot be removed here, and one that is added as well is kept connected from then on', async () => {
  const { network } = await openNetwork({ seed: 1, bootstrap: ['127.0.0.1:1'] })
  await expect(network.peers.remove('127.0.0.1:1')).rejects.toMatchObject({ code: 'PEER_FROM_CONFIG' })
  expect(network.peers.add('127.0.0.1:1').source).toBe('api')
  await expect(network.peers.remove('127.0.0.1:1')).rejects.toMatchObject({ code: 'PEER_FROM_CONFIG' })
})

test('a peer from a flag stays one when it is an entry point too', async () => {
  const { network } = await openNetwork({ seed: 1, peers: ['127.0.0.1:1'], bootstrap: ['127.0.0.1:1'] })
  expect(network.peers.list()).toMatchObject([{ source: 'flag' }])
})
