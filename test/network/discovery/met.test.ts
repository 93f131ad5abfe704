import { expect, test, vi } from 'vitest'
import { SqliteMetPeerStore } from '../../../src/store/index.ts'
import { eventually } from '../../support/eventually.ts'
import { TEST_NOW } from '../../support/open-log.ts'
import { openNetwork, SILENT } from '../../support/open-network.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import type { OpenNetwork } from '../../support/open-network.ts'

function metBy({ database }: OpenNetwork) {
  return new SqliteMetPeerStore(database).recent(1_000)
}

async function untilMet(node: OpenNetwork, other: OpenNetwork): Promise<void> {
  const peer = expect.objectContaining({ peerId: other.network.peerId })
  await eventually(() => expect(metBy(node)).toContainEqual(peer))
}

test('both ends remember each other, under an address that can be dialled', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address] })
  for (const [here, there] of [[a, b] as const, [b, a] as const]) {
    await untilMet(here, there)
    const address = `/ip4/127.0.0.1/tcp/${there.network.port}/p2p/${there.network.peerId}`
    expect(metBy(here)).toEqual([
      { peerId: there.network.peerId, addresses: [address], lastContact: expect.any(Number) },
    ])
  }
})

test('a node finds its way back after a restart, without being told', async () => {
  const path = `${temporaryDirectory()}/b.db`
  const a = await openNetwork({ seed: 1 })
  const before = await openNetwork({ seed: 2, path, peers: [a.address] })
  await untilMet(before, a)
  await before.network.stop()
  const after = await openNetwork({ seed: 2, path })
  const back = { peerId: a.network.peerId, source: 'met', state: 'live', lastContact: expect.any(Number) }
  await eventually(() => expect(after.network.peers.list()).toMatchObject([back]))
})

test('a node that was told not to dials nobody from earlier runs, and still remembers', async () => {
  const path = `${temporaryDirectory()}/b.db`
  const a = await openNetwork({ seed: 1 })
  const before = await openNetwork({ seed: 2, path, peers: [a.address] })
  await untilMet(before, a)
  await before.network.stop()
  const after = await openNetwork({ seed: 2, path, met: false })
  expect(after.network.peers.list()).toEqual([])
  expect(metBy(after)).toHaveLength(1)
})

test('a peer that is removed is forgotten here too', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2 })
  b.network.peers.add(a.address)
  await untilMet(b, a)
  await b.network.peers.remove(a.address)
  expect(metBy(b)).toEqual([])
})

test('the last contact is when the line ended', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address] })
  await untilMet(a, b)
  a.database.exec(`UPDATE met_peers SET last_contact = ${TEST_NOW}`)
  await b.network.stop()
  await eventually(() => expect(metBy(a)[0]?.lastContact).toBeGreaterThan(TEST_NOW))
})

test('the last contact of who is connected when a node stops is that moment', async () => {
  const a = await openNetwork({ seed: 1 })
  const b = await openNetwork({ seed: 2, peers: [a.address] })
  await untilMet(a, b)
  a.database.exec(`UPDATE met_peers SET last_contact = ${TEST_NOW}`)
  await a.network.stop()
  expect(metBy(a)[0]?.lastContact).toBeGreaterThan(TEST_NOW)
})

test('a peer that cannot be remembered is said, and stays connected', async () => {
  const warned = vi.fn()
  const a = await openNetwork({ seed: 1, logger: { ...SILENT, warn: warned } })
  a.database.exec("CREATE TRIGGER full BEFORE INSERT ON met_peers BEGIN SELECT RAISE(ABORT, 'no'); END")
  const b = await openNetwork({ seed: 2, peers: [a.address] })
  await eventually(() =>
    expect(warned).toHaveBeenCalledWith(expect.anything(), 'a peer that was met is not remembered'),
  )
  expect(a.network.peers.list()).toMatchObject([{ peerId: b.network.peerId, state: 'live' }])
})

test('a node of another network that was met before is refused, and the others go on', async () => {
  const path = `${temporaryDirectory()}/b.db`
  const [a, other] = [await openNetwork({ seed: 1 }), await openNetwork({ seed: 3 })]
  const before = await openNetwork({ seed: 2, path, peers: [a.address, other.address] })
  await Promise.all([untilMet(before, a), untilMet(before, other)])
  const { port } = other.network
  await Promise.all([before.network.stop(), other.network.stop()])
  const moved = await openNetwork({ seed: 3, port, networkKeys: ['another network'] })
  const after = await openNetwork({ seed: 2, path })
  await eventually(() => {
    const rows = after.network.peers.list()
    expect(rows).toContainEqual(expect.objectContaining({ peerId: a.network.peerId, state: 'live' }))
    const refused = { peerId: moved.network.peerId, lastError: expect.stringMatching(/network key/) }
    expect(rows).toContainEqual(expect.objectContaining(refused))
  })
})
