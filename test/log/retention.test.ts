// Sweeps, over a real log with its projections.

import { expect, test } from 'vitest'
import { Retention } from '../../src/log/index.ts'
import { SqlitePolicyStore } from '../../src/store/index.ts'
import { openWithProjections, sequences, titles } from '../projections/open-projections.ts'
import { eventually } from '../support/eventually.ts'
import { openLog, TEST_NOW } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import type { MessageLists, PlacesQuery } from '../../src/log/index.ts'
import type { OpenProjections } from '../projections/open-projections.ts'

function openRetention(opened: OpenProjections & { lists?: MessageLists }, enabled = true) {
  const { log, clock, database, projections, lists = projections, store: held } = opened
  const policyStore = new SqlitePolicyStore(database)
  const components = { log, policyStore, lists, held, clock: () => clock.now, logger: SILENT }
  return new Retention(components, { enabled, intervalMs: 3_600_000 })
}

/** Rows that the full-text index has, whether or not anything points to them. */
function indexed({ database }: OpenProjections): number {
  return database.prepare('SELECT count(*) FROM search_index_docsize').pluck().get() as number
}

const EXPIRING = { content: { type: 'insight', title: 'short lived' }, expiresAt: '2026-01-01T00:01:00Z' }

test('an expired message leaves every view at its time, and store and full-text index at the next sweep', async () => {
  const opened = openWithProjections()
  const { log, clock, publish, list, search, settled } = opened
  const [short] = await publish(EXPIRING, { content: { type: 'insight', title: 'long lived' } })
  clock.now = TEST_NOW + 60_000
  expect([sequences(await list()), titles(await search('lived'))]).toEqual([[2], ['long lived']])
  expect(await log.range({ author: log.author, from: 1, to: 1, bytesMax: 1 })).toEqual([])
  expect([log.counts().messages, indexed(opened)]).toEqual([2, 2])

  const sweep = await openRetention(opened).sweep()
  await settled()
  expect(sweep).toEqual({
    at: clock.now,
    tookMs: expect.any(Number),
    expired: 1,
    surplus: 0,
    bytes: Buffer.byteLength(short?.text ?? ''),
  })
  expect([log.counts().messages, indexed(opened)]).toEqual([1, 1])
  expect(await log.message(short?.hash ?? '')).toBeUndefined()
  expect((await list()).total).toBe(1)
})

test('what a sweep removed does not come back from a peer', async () => {
  const opened = openWithProjections()
  const source = openLog({ seed: 2 })
  const message = await source.log.publish(EXPIRING)
  const items = [{ text: Buffer.from(message.text), signature: message.signature }]
  await opened.log.ingest(items, 'a peer')
  opened.clock.now = TEST_NOW + 60_000
  await openRetention(opened).sweep()
  expect(await opened.log.ingest(items, 'a peer')).toEqual([{ outcome: 'expired' }])
  // Also when the clock was set back.
  opened.clock.now = TEST_NOW
  expect(await opened.log.ingest(items, 'a peer')).toEqual([{ outcome: 'forgotten' }])
  expect(opened.log.hasMissing()).toBe(false)
})

test('who asks while a sweep is under way waits for that one', async () => {
  const opened = openWithProjections()
  await opened.publish(EXPIRING)
  opened.clock.now = TEST_NOW + 60_000
  const retention = openRetention(opened)
  const [one, other] = await Promise.all([retention.sweep(), retention.sweep()])
  expect(other).toBe(one)
  expect(retention.lastSweep).toBe(one)
  expect(await retention.sweep()).toMatchObject({ expired: 0 })
})

test('a policy that is made while a sweep is under way is carried out by that sweep', async () => {
  const opened = openWithProjections()
  await opened.publish(...Array.from({ length: 3 }, (_, index) => ({ content: index })))
  const retention = openRetention(opened)
  retention.policies.put({ scope: { kind: 'topic', value: 'none' }, maxCount: 1, includeSelf: true })
  const sweeping = retention.sweep()
  await opened.log.message('ab'.repeat(32))
  retention.policies.put({ scope: { kind: 'global' }, maxCount: 1, includeSelf: true })
  expect(await sweeping).toMatchObject({ surplus: 2 })
})

test('a started retention sweeps by itself, and a stopped one no more', async () => {
  const opened = openWithProjections()
  await opened.publish(EXPIRING)
  opened.clock.now = TEST_NOW + 60_000
  const retention = openRetention(opened)
  retention.start()
  await eventually(() => expect(opened.log.counts().messages).toBe(0))
  await retention.stop()
  await retention.stop()
  await opened.log.close()
})

test('more than a page of expired messages goes in one sweep', async () => {
  const opened = openWithProjections()
  await opened.publish(...Array.from({ length: 600 }, (_, index) => ({ ...EXPIRING, content: index })))
  opened.clock.now = TEST_NOW + 60_000
  expect(await openRetention(opened).sweep()).toMatchObject({ expired: 600 })
  await opened.settled()
  expect([opened.log.counts().messages, indexed(opened)]).toEqual([0, 0])
})

test('what one policy has removed counts for the next one no more, however far the lists are behind', async () => {
  const opened = openWithProjections()
  const { log, projections } = opened
  const entities = [1, 2, 3, 4, 'x', 'x', 'x', 'x', 'x', 'x']
  await opened.publish(...entities.map((entity) => ({ content: { entity } })))
  const before = await projections.places({ scope: { kind: 'global' }, limit: 10 })
  let settled = log.cursor().offset
  const lists = {
    // What was there before the sweep, as long as nobody waits for what came since.
    places: async (query: PlacesQuery) => {
      const { after, skip = 0, limit } = query
      if (settled === log.cursor().offset) return projections.places(query)
      return before.filter(({ offset }) => after === undefined || offset < after.offset).slice(skip, skip + limit)
    },
    countIn: projections.countIn.bind(projections),
    settled: async (offset: number) => {
      await projections.settled(offset)
      settled = offset
    },
  }
  const retention = openRetention({ ...opened, lists })
  retention.policies.put({ scope: { kind: 'global' }, compactKey: '$.entity', includeSelf: true })
  retention.policies.put({ scope: { kind: 'global' }, maxCount: 4, includeSelf: true })
  expect(await retention.sweep()).toMatchObject({ surplus: 6 })
  await opened.settled()
  expect(sequences(await opened.list())).toEqual([10, 4, 3, 2])
})
