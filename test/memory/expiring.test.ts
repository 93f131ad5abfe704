import { expect, onTestFinished, test, vi } from 'vitest'
import { Expiring } from '../../src/memory/index.ts'
import { localRecordOf } from '../../src/memory/local-record.ts'
import { openDatabase, openReader, SqliteLocalMemoryStore } from '../../src/store/index.ts'
import { SILENT } from '../support/open-network.ts'

const NOON = Date.UTC(2026, 0, 1, 12)

/** A store with so many that expire at noon, and one that does not. */
function openExpiring(count: number) {
  const database = openDatabase(':memory:')
  const local = new SqliteLocalMemoryStore(database, openReader(database))
  const keep = (content: string, expiresAt?: string) =>
    local.add(localRecordOf({ content: { type: 'memory', category: 'global', content }, expiresAt }), 0)
  keep('for good')
  for (let at = 0; at < count; at++) keep(`until noon, number ${at}`, '2026-01-01T12:00:00Z')
  const clock = { now: NOON - 1 }
  const warnings: string[] = []
  const logger = { ...SILENT, warn: (_: object, message: string) => warnings.push(message) }
  const expiring = new Expiring({ local, logger, clock: () => clock.now })
  onTestFinished(() => expiring.stop())
  const rows = (table: string) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
  return {
    local,
    database,
    clock,
    warnings,
    expiring,
    left: () => [rows('local_memories'), rows('local_memory_words')],
  }
}

test('what has expired is removed with its words, however much it is', async () => {
  const { expiring, clock, left } = openExpiring(130)
  await expiring.sweep()
  expect(left()).toEqual([131, 131])
  clock.now = NOON
  await expiring.sweep()
  expect(left()).toEqual([1, 1])
})

test('one step removes no more than it is asked to', () => {
  const { local, left } = openExpiring(3)
  expect(local.removeExpired(NOON, 2)).toBe(2)
  expect(left()).toEqual([2, 2])
  expect([local.removeExpired(NOON, 2), local.removeExpired(NOON, 2)]).toEqual([1, 0])
})

test('it is looked for at the start, and then every minute, until the end', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const { expiring, clock, left } = openExpiring(1)
  expiring.start()
  await expiring.sweep()
  expect(left()).toEqual([2, 2])
  clock.now = NOON
  vi.advanceTimersByTime(60_000)
  await expiring.sweep()
  expect(left()).toEqual([1, 1])
  await expiring.stop()
  expect(vi.getTimerCount()).toBe(0)
})

test('a store that takes nothing is asked again at the next sweep', async () => {
  const { expiring, clock, database, warnings, left } = openExpiring(1)
  clock.now = NOON
  database.pragma('query_only = ON')
  await expiring.sweep()
  expect(warnings).toHaveLength(1)
  database.pragma('query_only = OFF')
  await expiring.sweep()
  expect(left()).toEqual([1, 1])
})
