// What the command line tells of peers, against real nodes and strangers.

import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hostilePeer } from '../network/peers/hostile-peer.ts'
import { eventually, runVerb, sharedNode, startNode } from '../support/node-process.ts'
import type { AddressInfo } from 'node:net'
import type { NodeProcess } from '../support/node-process.ts'

/** The network of test/support/member-node.ts. */
const NETWORK = ['--network-key', 'a test network']

/** Not a frame. */
const NONSENSE = new Uint8Array([1, 0xff])

test('a banned peer is listed with the end of its ban and let in again by hand', async () => {
  const hostile = await hostilePeer(7, (peer) => peer.say(NONSENSE))
  const node = await startNode({ flags: [...NETWORK, '--peer', hostile.address] })
  const on = ['--data-dir', node.dataDir]
  const banned = /banned .*for (10|9)m more: REPLICATE_FRAME_INVALID/
  await eventually(async () => expect((await runVerb(['peers', ...on])).stdout).toMatch(banned))
  expect(await runVerb(['peers', 'unban', ...on, hostile.peerId])).toMatchObject({ exitCode: 0 })
  expect(await runVerb(['peers', 'unban', ...on, 'nobody'])).toMatchObject({ exitCode: 4 })
})

async function why(node: NodeProcess, peer: string) {
  const asked = await runVerb(['peers', 'why', '--data-dir', node.dataDir, peer])
  return { ...asked, stdout: asked.stdout.replaceAll(/\s+/g, ' ') }
}

describe('peers why', () => {
  const alone = sharedNode('--peer', '127.0.0.1:1')

  test('tells another network key', async () => {
    const there = await startNode({ flags: ['--network-key', 'theirs'] })
    const here = await startNode({ flags: ['--network-key', 'ours', '--peer', there.address] })
    await eventually(async () => {
      const { exitCode, stdout } = await why(here, there.address)
      expect(exitCode).toBe(0)
      expect(stdout).toContain('verdict other network: It hung up on our handshake')
      expect(stdout).toContain('Give both nodes the same --network-key')
      expect(stdout).toMatch(/\/ip4\/127.0.0.1\/tcp\/\d+ \d+s ago other network/)
    })
  })

  test('tells a refused port', async () => {
    await eventually(async () => {
      const { stdout } = await why(alone(), '127.0.0.1:1')
      expect(stdout).toContain('verdict refused: Nothing listens there')
      expect(stdout).toContain('Start the node there, or correct the port')
    })
  })

  test('tells a timeout', async () => {
    const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1')
    onTestFinished(() => void silent.close())
    await once(silent, 'listening')
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`
    const here = await startNode({ flags: ['--peer', address] })
    await eventually(async () => {
      const { stdout } = await why(here, address)
      expect(stdout).toMatch(/verdict timeout: .*in time/)
      expect(stdout).toContain('firewall')
    })
  })

  test('tells a ban, and how to end it', async () => {
    const hostile = await hostilePeer(7, (peer) => peer.say(NONSENSE))
    const here = await startNode({ flags: [...NETWORK, '--peer', hostile.address] })
    await eventually(async () => {
      const { stdout } = await why(here, hostile.peerId)
      expect(stdout).toMatch(/verdict banned: .* because of REPLICATE_FRAME_INVALID/)
      expect(stdout).toContain(`egregore peers unban ${hostile.peerId}`)
    })
  })

  test('tells that all is well, and prints JSON when asked', async () => {
    const there = await startNode()
    const here = await startNode({ flags: ['--peer', there.address] })
    await eventually(async () => expect((await why(here, there.author)).stdout).toContain('what to do nothing'))
    const { stdout } = await runVerb(['peers', 'why', '--json', '--data-dir', here.dataDir, there.address])
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'lan', attempts: [{ outcome: 'connected' }] })
  })

  test('exits with 4 for a peer that nobody named', async () => {
    expect(await why(alone(), '127.0.0.1:2')).toMatchObject({ exitCode: 4 })
  })
})

test('mesh is a table of peers, JSON when asked, and says so when there are none', async () => {
  const there = await startNode()
  const on = ['--data-dir', there.dataDir]
  expect((await runVerb(['mesh', ...on])).stdout).toContain('No peers yet')
  const here = await startNode({ flags: ['--peer', there.address] })
  await eventually(async () => {
    const { exitCode, stdout } = await runVerb(['mesh', ...on])
    expect(exitCode).toBe(0)
    expect(stdout).toContain(here.author.slice(0, 9))
    expect(stdout).toMatch(/live +lan/)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
  })
  expect(JSON.parse((await runVerb(['mesh', ...on, '--json'])).stdout)).toMatchObject([{ public_id: here.author }])
})
