import { expect, test } from 'vitest'
import { openApi } from '../api/open-api.ts'
import { itemOf } from '../support/feeds.ts'
import { openLog } from '../support/open-log.ts'
import { HITS, measureRecall } from './measure.ts'
import { recallSet } from './recall-set.ts'

/** What docs/search.md reports. Whoever makes search better raises them; nobody lowers them. */
const RECALL_AT_5 = 0.966
const MRR = 0.94

/** A day after the last note. */
const NOW = Date.UTC(2026, 5, 29)

test('search finds what agents ask of 2,000 notes', async () => {
  const { messages, queries, idOf } = recallSet()
  const { log, projections, get } = openApi({ on: openLog({ clock: { now: NOW } }) })
  await log.ingest(messages.map(itemOf), 'peer')
  await projections.settled(log.cursor().offset)
  const { recallAt5, mrr, missed } = await measureRecall(queries, async (q) => {
    const { data } = await get(`/v1/search?limit=${HITS}&q=${encodeURIComponent(q)}`)
    return data.map(({ hash }: { hash: string }) => idOf.get(hash) ?? '')
  })
  expect(recallAt5, JSON.stringify(missed)).toBeGreaterThanOrEqual(RECALL_AT_5)
  expect(mrr).toBeGreaterThanOrEqual(MRR)
})

test('the set is what its README says', () => {
  const { messages, queries, idOf } = recallSet()
  const ids = new Set(idOf.values())
  expect([messages.length, ids.size, queries.length]).toEqual([2_000, 2_000, 60])
  expect(new Set(queries.map(({ q }) => q)).size).toBe(60)
  expect(queries.flatMap(({ expected }) => expected).filter((id) => !ids.has(id))).toEqual([])
  expect(Math.min(...queries.map(({ expected }) => expected.length))).toBe(1)
})
