// What one node forgot, between nodes: it is told by floor, hides nothing that others have, and does not come back.

import { describe, expect, test } from 'vitest'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, TEST_NOW } from '../../support/open-log.ts'
import { nodeOf, pullBetween } from './pair.ts'
import type { Draft } from '../../../src/feed/index.ts'
import type { Pull, TestNode } from './pair.ts'

const bob = identityOf(20)
const { author } = bob
const tagged = (count: number): Draft[] => insights(count).map((draft) => ({ ...draft, tags: ['ants'] }))

async function holding(seed: number, drafts: readonly Draft[]): Promise<TestNode> {
  const node = nodeOf(seed)
  await node.log.ingest(chainOf(bob, drafts).map(itemOf), 'elsewhere')
  return node
}

async function pulled(to: TestNode, from: TestNode, isFull = false): Promise<Pull> {
  const pull = await pullBetween(to, from, { isFull })
  expect([pull.pullerError, pull.serverError]).toEqual([undefined, undefined])
  return pull
}

async function held({ log }: TestNode): Promise<number[]> {
  const messages = await log.range({ author, from: 1, to: 1_000, bytesMax: 1e9 })
  return messages.map(({ sequence }) => sequence)
}

describe('a node that forgot', () => {
  test('downloads nothing again, from the same server or another, also when all heads are compared', async () => {
    const [server, other, keeper] = [await holding(1, insights(10)), await holding(2, insights(10)), nodeOf(3)]
    await pulled(keeper, server)
    await keeper.log.forget([{ author, from: 1, to: 7 }])
    for (const from of [server, other]) {
      for (const isFull of [false, true]) expect((await pulled(keeper, from, isFull)).traffic.payloadIn).toBe(0)
    }
    expect(await held(keeper)).toEqual([8, 9, 10])
  })

  test('compares by root as before: nobody is told any heads', async () => {
    const [server, keeper] = [await holding(1, insights(10)), nodeOf(3)]
    await pulled(keeper, server)
    await keeper.log.forget([{ author, from: 1, to: 10 }])
    const other = await holding(2, insights(10))
    expect((await pulled(keeper, other)).traffic.controlIn).toBeLessThan(100)
    expect((await pulled(other, keeper)).traffic.controlIn).toBeLessThan(100)
  })

  test('forgets within a live feed and takes what comes behind, also behind a forgotten head', async () => {
    const [server, keeper] = [await holding(1, insights(10)), nodeOf(3)]
    await pulled(keeper, server)
    await keeper.log.forget([{ author, from: 1, to: 10 }])
    await server.log.ingest(chainOf(bob, insights(12)).slice(10).map(itemOf), 'elsewhere')
    await pulled(keeper, server)
    expect(await held(keeper)).toEqual([11, 12])
    expect(await keeper.log.root()).toEqual(await server.log.root())
  })

  test('fetches its own feed back after a loss only as far as it did not forget it', async () => {
    const own = nodeOf(1)
    for (const draft of insights(6)) await own.log.publish(draft)
    const server = nodeOf(2)
    await pulled(server, own)
    await own.log.forget([{ author: own.log.author, from: 1, to: 6 }])
    expect((await pulled(own, server, true)).traffic.payloadIn).toBe(0)
    expect(own.log.ownFeed.isRolledBack()).toBe(false)
    expect(await own.log.publish({ content: 'on' })).toMatchObject({ sequence: 7 })
    await pulled(server, own)
    expect(server.log.counts()).toMatchObject({ messages: 7, forks: 0 })
  })
})

describe('a peer of a node that forgot', () => {
  test.each([
    ['the beginning', 1, 7],
    ['the middle', 3, 7],
    ['the head', 9, 10],
    ['everything', 1, 10],
  ])('lacks %s, and has it from another', async (_, from, to) => {
    const [server, forgetful, late] = [await holding(1, insights(10)), await holding(2, insights(10)), nodeOf(3)]
    await forgetful.log.forget([{ author, from, to }])
    await pulled(late, forgetful)
    expect(await held(late)).toEqual(await held(forgetful))
    await pulled(late, server)
    expect(await held(late)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    // What the forgetful one does not have is not asked of it again.
    expect((await pulled(late, forgetful, true)).traffic.payloadIn).toBe(0)
  })

  test('asks it no second time for what it lacks', async () => {
    const [forgetful, late] = [await holding(2, insights(10)), nodeOf(3)]
    await forgetful.log.forget([{ author, from: 3, to: 7 }])
    const first = await pulled(late, forgetful)
    const second = await pulled(late, forgetful)
    expect(first.rounds[0]).toBeDefined()
    expect(second.traffic).toMatchObject({ payloadIn: 0 })
    expect(second.traffic.controlOut).toBeLessThan(100)
  })

  test('that keeps a topic is not sent all of it again when the entry at its cursor was forgotten', async () => {
    const [server, reader] = [await holding(1, tagged(10)), nodeOf(3)]
    reader.log.selection.addTopic('ants')
    await pulled(reader, server)
    expect(await held(reader)).toHaveLength(10)
    await server.log.forget([{ author, from: 10, to: 10 }])
    expect((await pulled(reader, server)).traffic.payloadIn).toBe(0)
    await server.log.ingest(chainOf(bob, tagged(11)).slice(10).map(itemOf), 'elsewhere')
    await pulled(reader, server)
    expect(await held(reader)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })
})

test('a message that has expired is served to nobody, swept or not', async () => {
  const drafts = [{ content: 'short', expiresAt: '2026-01-01T00:00:30Z' }, { content: 'long' }]
  const [server, early, late] = [await holding(1, drafts), nodeOf(2), nodeOf(3)]
  await pulled(early, server)
  expect(await held(early)).toEqual([1, 2])
  for (const node of [server, early, late]) node.clock.now = TEST_NOW + 30_000
  await pulled(late, server)
  expect(await held(late)).toEqual([2])
  await server.log.forget(server.log.expired(10))
  expect(server.log.counts().messages).toBe(1)
  await pulled(server, early, true)
  await pulled(late, early, true)
  expect([server.log.counts().messages, late.log.counts().messages]).toEqual([1, 1])
})
