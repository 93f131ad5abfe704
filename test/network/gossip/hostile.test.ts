// Members that send by gossip what no node sends: what becomes of it, and of them, while honest peers go on.

import { StrictSign } from '@chainsafe/libp2p-gossipsub'
import { expect, test } from 'vitest'
import { FLOOD_RATE, PAYLOAD_BYTES_MAX } from '../../../src/network/gossip/constants.ts'
import { encodePayload } from '../../../src/network/gossip/payload.ts'
import { eventually } from '../../support/eventually.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf } from '../../support/open-log.ts'
import { openNetwork } from '../../support/open-network.ts'
import { untilHeld, untilReached } from './nodes.ts'
import { rawGossiper, TOPIC } from './raw-gossiper.ts'
import type { SealedMessage } from '../../../src/feed/index.ts'
import type { OpenNetwork } from '../../support/open-network.ts'
import type { RawGossiper } from './raw-gossiper.ts'

type Five = [SealedMessage, SealedMessage, SealedMessage, SealedMessage, SealedMessage]
const feed = chainOf(identityOf(9), insights(5)) as Five
const item = (message: SealedMessage) => encodePayload({ kind: 'item', ...itemOf(message) })

/** A hostile member, a node, and a member behind it that hears what the node forwards. */
async function besieged(
  clock?: () => number,
): Promise<{ hostile: RawGossiper; node: OpenNetwork; behind: RawGossiper }> {
  const node = await openNetwork({ seed: 1, ...(clock && { clock }) })
  const [hostile, behind] = [await rawGossiper(2), await rawGossiper(3)]
  await hostile.dial(node.address)
  await behind.dial(node.address)
  await untilReached([node, 2])
  await eventually(() => {
    for (const { pubsub } of [hostile, behind]) expect(pubsub.getSubscribers(TOPIC).length).toBe(1)
  })
  return { hostile, node, behind }
}

test('garbage and what is too large is ignored, and not forwarded', async () => {
  const { hostile, node, behind } = await besieged()
  await hostile.say(Buffer.from('garbage'))
  await hostile.say(Buffer.alloc(PAYLOAD_BYTES_MAX, 0xff))
  await hostile.say(Buffer.alloc(PAYLOAD_BYTES_MAX + 1, 0xff))
  await hostile.say(item(feed[0]))
  await untilHeld(node, feed[0].hash)
  await eventually(() => expect(behind.heard).toHaveLength(1))
  expect(node.network.gossip).toMatchObject({ accepted: 1, ignored: { shape: 2, size: 1 }, rejected: {} })
})

test('whoever sends forgeries is hung up on and then banned, and they go no further', async () => {
  const { hostile, node, behind } = await besieged()
  let attempts = 0
  await eventually(async () => {
    // Other bytes each time: gossipsub knows what it has sent, also when nobody was there to hear it.
    const signature = new Uint8Array(64).fill(++attempts)
    await hostile.dial(node.address).catch(() => {})
    await hostile.say(encodePayload({ kind: 'item', ...itemOf(feed[0]), signature }))
    expect(node.network.refusals.banned).toBeGreaterThan(0)
  })
  expect(node.network.refusals.misconduct).toBeGreaterThan(0)
  expect(node.network.gossip?.rejected.FEED_SIGNATURE_INVALID).toBeGreaterThanOrEqual(3)
  expect(node.log.counts().messages).toBe(0)
  await node.log.publish({ content: 'honest' })
  await eventually(() => expect(behind.heard).toHaveLength(1))
})

test('gossip of another network is dropped, and not forwarded', async () => {
  const { hostile, node, behind } = await besieged()
  const another = '/egregore/0123456789abcdef/feed/1'
  await hostile.force({ topic: another, data: item(feed[0]) }, { topic: TOPIC, data: item(feed[1]) })
  await untilHeld(node, feed[1].hash)
  await eventually(() => expect(behind.heard).toHaveLength(1))
  expect(node.log.counts().messages).toBe(1)
  expect(node.network.gossip).toMatchObject({ accepted: 1, ignored: { topic: 1 } })
})

test('gossip that is signed is dropped, and not forwarded', async () => {
  const node = await openNetwork({ seed: 1 })
  const signing = await rawGossiper(2, { policy: StrictSign })
  await signing.dial(node.address)
  await untilReached([node, 1])
  await eventually(async () => {
    await signing.say(item(feed[0]))
    expect(node.network.gossip?.ignored.fields).toBeGreaterThan(0)
  })
  expect(node.log.counts().messages).toBe(0)
})

test('an inflated announcement leads to one question and changes nothing', async () => {
  const { hostile, node } = await besieged()
  const { author, hash, signature } = feed[0]
  await hostile.say(encodePayload({ kind: 'announcement', author, sequence: 2 ** 53 - 1, hash, signature }))
  await hostile.say(encodePayload({ kind: 'announcement', author, sequence: 2 ** 52, hash, signature }))
  await eventually(() => expect(node.network.gossip).toMatchObject({ accepted: 1, ignored: { held: 1 }, hints: 1 }))
  expect(node.log.counts()).toEqual({ messages: 0, feeds: 0, forks: 0 })
})

test('a flood is dropped before it is remembered, and honest peers are heard beside it', async () => {
  const { hostile, node, behind } = await besieged(() => 1_000_000)
  const count = FLOOD_RATE.burst + 3_000
  for (let number = 0; number < count; number++) await hostile.say(Buffer.from(`garbage ${number}`))
  await behind.say(item(feed[0]))
  await untilHeld(node, feed[0].hash)
  await eventually(() => expect(node.network.gossip?.received).toBe(count + 1))
  expect(node.network.gossip?.ignored).toEqual({ shape: 50, peer_rate: FLOOD_RATE.burst - 50, flood: 3_000 })
})
