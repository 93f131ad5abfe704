import { describe, expect, test } from 'vitest'
import { chainOf, itemOf } from '../support/feeds.ts'
import { identityOf, TEST_NOW } from '../support/open-log.ts'
import { openWithProjections } from './open-projections.ts'
import type { Draft } from '../../src/feed/index.ts'

const [bob, carol] = [identityOf(2), identityOf(3)]

/** A node that has said `pearl`, and what it takes from others about that. */
async function openWithPearl() {
  const opened = openWithProjections()
  const [pearl] = await opened.publish({ content: { title: 'pearl' } })
  const target = pearl?.hash ?? expect.fail()
  const feeds = new Map<typeof bob, Draft[]>()
  const hear = async (who: typeof bob, ...contents: object[]) => {
    const drafts = [...(feeds.get(who) ?? []), ...contents.map((content) => ({ content }))]
    feeds.set(who, drafts)
    await opened.log.ingest(chainOf(who, drafts).map(itemOf), 'peer')
    await opened.settled()
  }
  const stance = async () => (await opened.search('pearl', { contentTypes: undefined })).hits.at(-1)?.stance
  return { ...opened, target, hear, stance }
}

const endorsement = (target: string) => ({ type: 'endorsement', message_hash: target })
const dispute = (target: string, reason = 'wrong') => ({ type: 'dispute', message_hash: target, reason })

describe('of one author', () => {
  test('nothing said is no stance', async () => {
    const { stance } = await openWithPearl()
    expect(await stance()).toBeUndefined()
  })

  test('the last word counts', async () => {
    const { hear, stance, target } = await openWithPearl()
    await hear(bob, endorsement(target), endorsement(target))
    expect(await stance()).toEqual({ endorsements: 1, disputes: 0, reasons: [] })
    await hear(bob, dispute(target, 'no longer'))
    const reasons = [{ author: bob.author, reason: 'no longer' }]
    expect(await stance()).toEqual({ endorsements: 0, disputes: 1, reasons })
    await hear(bob, endorsement(target))
    expect(await stance()).toEqual({ endorsements: 1, disputes: 0, reasons: [] })
  })

  test('what is said of its own message does not count', async () => {
    const { publish, stance, target } = await openWithPearl()
    await publish({ content: endorsement(target) })
    expect(await stance()).toBeUndefined()
  })

  test.each([
    ['names no message', { type: 'endorsement', message_hash: 'no hash' }],
    ['names none at all', { type: 'endorsement', message_hash: null, body: 'well said' }],
    ['is a dispute without a reason', { type: 'dispute', reason: ' ' }],
    ['is of another type', { type: 'vote' }],
  ])('what %s is passed over', async (_, content) => {
    const { hear, stance, target } = await openWithPearl()
    await hear(bob, { message_hash: target, ...content })
    expect(await stance()).toBeUndefined()
  })

  test('a body may stand for the reason, of which 300 characters are kept', async () => {
    const { hear, stance, target } = await openWithPearl()
    await hear(bob, { type: 'dispute', message_hash: target, body: '𝄞'.repeat(301) })
    expect((await stance())?.reasons).toEqual([{ author: bob.author, reason: '𝄞'.repeat(300) }])
  })
})

test.each([
  [63, { endorsements: 1, disputes: 0, reasons: [] }],
  [64, undefined],
])('behind %i stances that it took back, an author’s last is looked for among 64', async (count, expected) => {
  const { log, settled, stance, target } = await openWithPearl()
  const said = chainOf(bob, [
    { content: endorsement(target) },
    ...Array.from({ length: count }, () => ({ content: dispute(target) })),
  ])
  const [, ...disputes] = said
  const retracts = chainOf(
    bob,
    disputes.map(({ hash }) => ({ content: { type: 'retract', target: hash } })),
    said.at(-1),
  )
  await log.ingest([...said, ...retracts].map(itemOf), 'peer')
  await settled()
  expect(await stance()).toEqual(expected)
})

describe('of several', () => {
  test('each counts once', async () => {
    const { hear, stance, target } = await openWithPearl()
    await hear(bob, endorsement(target))
    await hear(carol, dispute(target))
    expect(await stance()).toMatchObject({ endorsements: 1, disputes: 1, reasons: [{ author: carol.author }] })
  })

  test('three reasons are shown, of those who spoke last', async () => {
    const { hear, stance, target } = await openWithPearl()
    for (const seed of [2, 3, 4, 5]) await hear(identityOf(seed), dispute(target, `reason ${seed}`))
    const { disputes, reasons } = (await stance()) ?? expect.fail()
    expect(disputes).toBe(4)
    expect(reasons.map(({ reason }) => reason)).toEqual(['reason 5', 'reason 4', 'reason 3'])
  })

  test('a blocked author does not count', async () => {
    const { hear, stance, target, log } = await openWithPearl()
    await hear(bob, endorsement(target))
    log.selection.block(bob.author)
    expect(await stance()).toBeUndefined()
  })
})

test('a stance joins when its target appears', async () => {
  const { publish, search, log, settled } = openWithProjections()
  const [pearl] = chainOf(bob, [{ content: { title: 'pearl' } }])
  const target = pearl ?? expect.fail()
  await publish({ content: endorsement(target.hash) })
  await log.ingest([itemOf(target)], 'peer')
  await settled()
  expect((await search('pearl')).hits[0]?.stance).toMatchObject({ endorsements: 1 })
})

test('a stance that has expired does not count, and the one before does', async () => {
  const { log, settled, target, stance, clock } = await openWithPearl()
  const drafts: Draft[] = [
    { content: endorsement(target) },
    { content: dispute(target), expiresAt: '2026-01-01T00:01:00Z' },
  ]
  await log.ingest(chainOf(bob, drafts).map(itemOf), 'peer')
  await settled()
  clock.now = TEST_NOW + 59_999
  expect(await stance()).toMatchObject({ disputes: 1 })
  clock.now = TEST_NOW + 60_000
  expect(await stance()).toMatchObject({ endorsements: 1, disputes: 0 })
})
