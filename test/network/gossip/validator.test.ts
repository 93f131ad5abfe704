// The validator over a real log: what vectors cannot say, because it depends on time and on what happens at once.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodePayload } from '../../../src/network/gossip/payload.ts'
import { Pushed } from '../../../src/network/gossip/pushed.ts'
import { Validator } from '../../../src/network/gossip/validator.ts'
import { StorageBudgets } from '../../../src/network/replicate/index.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog } from '../../support/open-log.ts'
import type { SealedMessage } from '../../../src/feed/index.ts'
import type { OpenLog } from '../../support/open-log.ts'

type Three = [SealedMessage, SealedMessage, SealedMessage]
const feed = chainOf(identityOf(9), insights(3)) as Three
const item = (message: SealedMessage) => encodePayload({ kind: 'item', ...itemOf(message) })
const announcement = (message: SealedMessage) => encodePayload({ kind: 'announcement', ...message })

function validating(): OpenLog & { validator: Validator; pushed: Pushed } {
  const open = openLog({ seed: 1 })
  const pushed = new Pushed()
  const isBlocked = open.log.selection.isBlocked.bind(open.log.selection)
  const budgets = new StorageBudgets({ authorBytes: 1e9, peerBytes: 1e9 })
  const validator = new Validator({ log: open.log, budgets, isBlocked, pushed, clock: () => open.clock.now })
  return { ...open, validator, pushed }
}

test('an item is held when it is accepted, and known as pushed', async () => {
  const { validator, log, pushed } = validating()
  expect(await validator.judge(item(feed[0]), 'a peer')).toMatchObject({ accept: 'item', missing: undefined })
  expect(await log.message(feed[0].hash)).toMatchObject({ receivedFrom: 'a peer' })
  expect(pushed.has(feed[0].hash)).toBe(true)
})

test('an item above a gap says up to where it goes, and one that is linked says nothing', async () => {
  const { validator } = validating()
  expect(await validator.judge(item(feed[1]), 'a peer')).toMatchObject({ accept: 'item', missing: 1 })
  expect(await validator.judge(item(feed[2]), 'a peer')).toMatchObject({ accept: 'item', missing: undefined })
})

test('one of two that come at once is accepted, whether whole or announced', async () => {
  for (const data of [item(feed[0]), announcement(feed[0])]) {
    const { validator } = validating()
    const verdicts = await Promise.all(['one', 'another'].map((peer) => validator.judge(data, peer)))
    expect(verdicts.filter((verdict) => 'accept' in verdict)).toHaveLength(1)
    expect(verdicts).toContainEqual({ ignore: 'held' })
  }
})

test('an announcement is accepted again when the window is over and the message has not come', async () => {
  const { validator, clock } = validating()
  const data = announcement(feed[1])
  expect(await validator.judge(data, 'a peer')).toMatchObject({ accept: 'announcement', missing: 2 })
  clock.now += 59_999
  expect(await validator.judge(data, 'a peer')).toEqual({ ignore: 'held' })
  clock.now += 1
  expect(await validator.judge(data, 'a peer')).toMatchObject({ accept: 'announcement' })
})

test('a peer and an author that have had their share are heard again as time passes', async () => {
  const { validator, clock } = validating()
  for (let count = 0; count < 50; count++) await validator.judge(Buffer.from('garbage'), 'a peer')
  expect(await validator.judge(item(feed[0]), 'a peer')).toEqual({ ignore: 'peer_rate' })
  clock.now += 10
  expect(await validator.judge(item(feed[0]), 'a peer')).toMatchObject({ accept: 'item' })
})

test('whatever bit of an item is wrong, it is not accepted, and nothing is stored', async () => {
  const whole = item(feed[0])
  const { validator, log, clock } = validating()
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: whole.length * 8 - 1 }), async (bit) => {
      const damaged = Uint8Array.from(whole)
      damaged[bit >> 3] = (whole[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      clock.now += 1_000
      expect(await validator.judge(damaged, 'a peer')).not.toHaveProperty('accept')
    }),
    { seed: 1, numRuns: 300 },
  )
  expect(log.counts()).toEqual({ messages: 0, feeds: 0, forks: 0 })
})
