// Members that flood, inflate and repeat: the node's memory stays where it is, and honest peers keep converging.

import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { keyFromAuthor } from '../../../src/feed/index.ts'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openNetwork } from '../../support/open-network.ts'
import { hostilePeer } from './hostile-peer.ts'
import type { OpenNetwork } from '../../support/open-network.ts'
import type { Script } from './hostile-peer.ts'

const MIB = 1024 * 1024
const STORE = '0123456789abcdef'
const CURSOR = { offset: 1, check: '0123456789abcdef' }

setFlagsFromString('--expose_gc')
const collect = runInNewContext('gc') as () => void

/** Bytes that are in use when all garbage is gone, of both sides: the hostile one lives in this process too. */
function bytesInUse(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** One more honest node connects, and both hear what the other says. */
async function expectToConverge(node: OpenNetwork, seed: number): Promise<void> {
  const honest = await openNetwork({ seed, peers: [node.address] })
  const said = [await honest.log.publish({ content: 'to the node' }), await node.log.publish({ content: 'from it' })]
  const holdsAll = async ({ log }: OpenNetwork) => {
    for (const { hash } of said) expect(await log.message(hash)).toBeDefined()
  }
  await eventually(() => holdsAll(honest))
  await eventually(() => holdsAll(node))
}

/** Feeds that nobody has, each with the highest sequence there is. */
const INFLATED = Array.from({ length: 200 }, (_, index) => identityOf(50 + index).author)
  .sort((one, other) => Buffer.compare(keyFromAuthor(one), keyFromAuthor(other)))
  .map((author) => ({
    author,
    sequence: Number.MAX_SAFE_INTEGER,
    hash: undefined,
    floor: 1,
    arrival: 1,
    forked: false,
  }))

const inflates: Script = async (peer) => {
  await peer.hear('have')
  peer.say({ kind: 'have', store: STORE, cursor: CURSOR, heads: INFLATED })
  for (;;) {
    const { ranges = [] } = await peer.hear('want')
    for (const { id } of ranges) peer.say({ kind: 'done', id, code: 'answered' })
  }
}

test('a peer that tells of messages which nobody has is asked once, believed nothing, and costs no memory', async () => {
  const before = bytesInUse()
  const hostile = await hostilePeer(7, inflates)
  const node = await openNetwork({ seed: 1, peers: [hostile.address] })
  await eventually(() => expect(node.network.peers.mesh()[0]).toMatchObject({ state: 'live', lag: 0 }))
  await expectToConverge(node, 2)
  expect(node.log.counts()).toMatchObject({ messages: 2, feeds: 2 })
  expect(bytesInUse() - before).toBeLessThan(64 * MIB)
})

test('a peer that tells and then gives nothing shows as lag, however much it claims', async () => {
  const hostile = await hostilePeer(7, async (peer) => {
    await peer.hear('have')
    peer.say({ kind: 'have', store: STORE, cursor: CURSOR, heads: INFLATED })
  })
  const node = await openNetwork({ seed: 1, peers: [hostile.address] })
  await eventually(() => expect(node.network.peers.mesh()[0]?.lag).toBeGreaterThan(Number.MAX_SAFE_INTEGER))
  await expectToConverge(node, 2)
  expect(node.network.peers.bans()).toEqual([])
})

test('a peer that floods with questions about nothing is read slowly, and costs no memory', async () => {
  const node = await openNetwork({ seed: 1 })
  const hostile = await hostilePeer(7)
  const before = bytesInUse()
  const stream = await hostile.open(node.address)
  stream.say({ kind: 'have', scope: 'all' })
  await stream.hear('have')
  let isFlooding = true
  const flood = (async () => {
    for (let id = 1; isFlooding && stream.end === undefined; id++) {
      // What it cannot send at once it tries again.
      for (let count = 0; count < 200; count++) {
        try {
          stream.say({ kind: 'want', cancel: [id] })
        } catch {
          break
        }
      }
      await turn()
    }
  })()
  await expectToConverge(node, 2)
  isFlooding = false
  await flood
  expect(bytesInUse() - before).toBeLessThan(64 * MIB)
})

test('a peer that gives the same messages again and again is a bore, and nothing else', async () => {
  const items = chainOf(identityOf(21), insights(50)).map(itemOf)
  const hostile = await hostilePeer(7, async (peer) => {
    await peer.hear('have')
    peer.say({ kind: 'have', store: STORE, cursor: CURSOR, heads: [] })
    let credit = 0
    for (;;) {
      const { credit: granted = 0 } = await peer.hear('want')
      credit += granted
      for (; credit > 64 * 1024; credit -= 64 * 1024) peer.say({ kind: 'messages', id: 0, items })
    }
  })
  const before = bytesInUse()
  // Without gossip between the two, the messages come on the stream.
  const node = await openNetwork({ seed: 1, peers: [hostile.address] })
  await eventually(() => expect(node.log.counts().messages).toBe(50))
  await expectToConverge(node, 2)
  expect(node.log.counts().messages).toBe(52)
  expect(node.network.peers.bans()).toEqual([])
  expect(bytesInUse() - before).toBeLessThan(64 * MIB)
})

test('a frame longer than any may be is refused before it is read', async () => {
  const node = await openNetwork({ seed: 1 })
  const hostile = await hostilePeer(7)
  const stream = await hostile.open(node.address)
  stream.say(new Uint8Array([0x81, 0x80, 0x80, 0x02]))
  await eventually(() =>
    expect(node.network.lastRefusals[0]).toMatchObject({ cause: 'misconduct', code: 'REPLICATE_FRAME_TOO_LARGE' }),
  )
  await expectToConverge(node, 2)
})
