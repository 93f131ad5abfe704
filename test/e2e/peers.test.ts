// What the command line tells of peers, against real nodes and strangers.

import { expect, test } from 'vitest'
import { hostilePeer } from '../network/peers/hostile-peer.ts'
import { eventually, runVerb, startNode } from '../support/node-process.ts'

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
