import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { probePeers } from '../../src/network/index.ts'
import { openNetwork } from '../support/open-network.ts'

const OURS = { networkKeys: ['a test network'] as const, signal: new AbortController().signal }

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number } // As: it listens on TCP.
  server.close()
  await once(server, 'close')
  return port
}

test('a peer of our network lets us in, and every other has its reason and an advice', async () => {
  const { address, network } = await openNetwork({ seed: 1 })
  const { address: foreign } = await openNetwork({ seed: 2, networkKeys: ['another network'] })
  const nobody = `127.0.0.1:${await freePort()}`
  expect(await probePeers([address, foreign, nobody], OURS)).toMatchObject([
    { address, failure: undefined },
    { address: foreign, failure: { code: 'other_network', advice: expect.stringContaining('--network-key') } },
    { address: nobody, failure: { code: 'refused', advice: expect.stringContaining('Start the node') } },
  ])
  expect(network.peers.bans()).toEqual([])
})

test('a peer that takes the connection and says nothing is given up when time is up', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as { port: number } // As: it listens on TCP.
  const [probe] = await probePeers([`127.0.0.1:${port}`], { ...OURS, signal: AbortSignal.timeout(200) })
  expect(probe?.failure?.code).toBe('timeout')
})

test('an address that is none is refused', async () => {
  await expect(probePeers(['nonsense'], OURS)).rejects.toMatchObject({ code: 'PEER_ADDRESS_INVALID' })
})
