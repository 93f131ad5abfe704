// Whatever happens to a log in whatever order, a replay of what is left of it leaves the rows that following it live left.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ProjectionRunner, projectionsOn } from '../../src/projections/index.ts'
import { SqliteCursorStore } from '../../src/store/index.ts'
import { chainOf, itemOf } from '../support/feeds.ts'
import { identityOf, openLog } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import type { Draft } from '../../src/feed/index.ts'

const SEED = 20_260_101

const TABLES = [
  'timeline_places',
  'timeline_lists',
  'timeline_feeds',
  'timeline_withdrawn',
  'search_messages',
  'search_words',
  'search_withdrawn',
]

const authors = [identityOf(2), identityOf(3)]
const chains = authors.map((author) =>
  chainOf(
    author,
    Array.from({ length: 8 }, (_, at) => draftOf(at)),
  ),
)
const branch = chainOf(authors[1] ?? expect.fail(), [draftOf(20), draftOf(21)], chains[1]?.[3])
const messages = [...chains.flat(), ...branch]

/** Every third expires, each at another second. */
function draftOf(at: number): Draft {
  const expiresAt = `2026-01-01T00:00:${String(at + 10).padStart(2, '0')}Z`
  const content = { type: at % 2 === 0 ? 'insight' : 'message', title: `number ${at}` }
  return { content, tags: ['all'], ...(at % 3 === 0 && { expiresAt }) }
}

type Event =
  | { kind: 'ingest'; from: number; count: number }
  | { kind: 'publish'; at: number }
  | { kind: 'forget'; by: number; from: number; length: number }
  | { kind: 'later'; seconds: number }
  | { kind: 'sweep' }

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({
    kind: fc.constant('ingest' as const),
    from: fc.nat(messages.length),
    count: fc.integer({ min: 1, max: 8 }),
  }),
  fc.record({ kind: fc.constant('publish' as const), at: fc.nat(8) }),
  fc.record({
    kind: fc.constant('forget' as const),
    by: fc.nat(2),
    from: fc.integer({ min: 1, max: 9 }),
    length: fc.nat(4),
  }),
  fc.record({ kind: fc.constant('later' as const), seconds: fc.nat(10) }),
  fc.record({ kind: fc.constant('sweep' as const) }),
)

/** Messages come in any order; each event is told with the entries of the one before folded, or not yet. */
const histories = fc.tuple(
  fc.shuffledSubarray([...messages.keys()], { minLength: messages.length }),
  fc.array(fc.tuple(event, fc.boolean()), { minLength: 3, maxLength: 24 }),
)

test('any interleaving of publish, ingest, expiry and forgetting leaves the rows that a replay leaves', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ([order, events]) => {
      const { log, database, clock } = openLog()
      const cursors = new SqliteCursorStore(database)
      const projections = () => projectionsOn(database)
      const start = () => {
        const runner = new ProjectionRunner({ log, cursors, projections: projections(), logger: SILENT })
        runner.start()
        return runner
      }
      const live = start()
      showWords(database)
      for (const [one, isAwaited] of events) {
        switch (one.kind) {
          case 'ingest':
            await log.ingest(
              order.slice(one.from, one.from + one.count).map((at) => itemOf(messages[at] ?? expect.fail())),
              'a peer',
            )
            break
          case 'publish':
            await log
              .publish({ ...draftOf(one.at), ...(one.at % 3 === 0 && { expiresAt: '2026-01-01T00:00:50Z' }) })
              .catch(() => {})
            break
          case 'forget': {
            const author = authors[one.by]?.author ?? log.author
            await log.forget([{ author, from: one.from, to: one.from + one.length }])
            break
          }
          case 'later':
            clock.now += one.seconds * 1000
            break
          case 'sweep':
            await log.forget(log.expired(100))
        }
        if (isAwaited) await live.settled(log.cursor().offset)
      }
      await live.settled(log.cursor().offset)
      await live.stop()
      const rows = () => TABLES.map((table) => [table, sorted(database.prepare(`SELECT * FROM ${table}`).all())])
      const followed = rows()

      for (const { name } of projections()) cursors.setCursor(name, -1, 0)
      const replaying = start()
      await replaying.settled(log.cursor().offset)
      await replaying.stop()
      expect(rows()).toEqual(followed)
      expectCountsToAgree(database, log.counts().messages)
    }),
    { seed: SEED, numRuns: 60 },
  )
})

function sorted(rows: unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort()
}

/** No row of the index without a message, and no message in effect without one. */
function expectCountsToAgree(database: ReturnType<typeof openLog>['database'], messagesCounted: number): void {
  const one = (sql: string) => database.prepare(sql).pluck().get()
  const inEffect = `SELECT count(*) FROM entries JOIN feeds ON feeds.id = feed
    WHERE kind = 0 AND (forked_at IS NULL OR sequence < forked_at)`
  expect(one('SELECT count(*) FROM timeline_places')).toBe(one(inEffect))
  expect(one('SELECT count(*) FROM search_index_docsize')).toBe(one(inEffect))
  expect(one('SELECT count(*) FROM entries WHERE kind = 0')).toBe(messagesCounted)
  // One mark for each range, and no two ranges side by side.
  const ranges = 'SELECT feed, first, last FROM holes WHERE reason = 2 ORDER BY feed, first'
  const marks = 'SELECT feed, sequence AS first, until AS last FROM entries WHERE kind = 2 ORDER BY feed, first'
  expect(database.prepare(marks).all()).toEqual(database.prepare(ranges).all())
}

/** The index keeps no text, but can tell where each of its words stands. */
function showWords(database: ReturnType<typeof openLog>['database']): void {
  database.exec(`
    CREATE VIRTUAL TABLE temp.search_instances USING fts5vocab(main, search_index, instance);
    CREATE TEMP VIEW search_words AS SELECT term, doc AS offset, col, "offset" AS position FROM search_instances;
  `)
}
