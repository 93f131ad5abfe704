// The law of every projection: the same entries, in any order and with any repeats, leave the same rows.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Mail } from '../../src/projections/mail/index.ts'
import { Profiles } from '../../src/projections/profiles.ts'
import { ProjectionRunner } from '../../src/projections/runner.ts'
import { Search } from '../../src/projections/search.ts'
import { Stances } from '../../src/projections/stances.ts'
import { Things } from '../../src/projections/things/index.ts'
import { Timeline } from '../../src/projections/timeline.ts'
import { openProjectionDatabase, SqliteCursorStore } from '../../src/store/index.ts'
import { chainOf, itemOf } from '../support/feeds.ts'
import { identityOf, openLog, TEST_NOW } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import { entryOf, fold, forgotten, forked } from './entries.ts'
import type { Draft, SealedMessage } from '../../src/feed/index.ts'
import type { ProjectedEntry, Projection, ProjectionDatabase } from '../../src/projections/index.ts'
import type { Connection } from '../../src/store/index.ts'

const SEED = 20_260_101

/** Projections, and the tables in which their rows are. A new projection is one more line. */
const PROJECTIONS: Record<string, { make: (database: ProjectionDatabase) => Projection; tables: string[] }> = {
  timeline: {
    make: (database) => new Timeline(database),
    tables: ['timeline_places', 'timeline_lists', 'timeline_feeds', 'timeline_withdrawn'],
  },
  search: {
    make: (database) => new Search(database),
    tables: ['search_messages', 'search_words', 'search_withdrawn'],
  },
  mail: {
    make: (database) => new Mail(database),
    tables: ['mail', 'mail_recipients', 'mail_withdrawn'],
  },
  things: {
    make: (database) => new Things(database),
    tables: ['things', 'things_withdrawn'],
  },
  stances: { make: (database) => new Stances(database), tables: ['stances', 'stances_withdrawn'] },
  profiles: {
    make: (database) => new Profiles(database),
    tables: ['profiles', 'profiles_agents', 'profiles_names', 'profiles_withdrawn'],
  },
}

/** What drafts are, in turn. */
const SAID = [
  { type: 'insight' },
  { type: 'endorsement', message_hash: 'cd'.repeat(32) },
  { type: 'dispute', message_hash: 'cd'.repeat(32), reason: 'wrong' },
]

const authors = [identityOf(2), identityOf(3), identityOf(4)]
const [honest, forking, gapped] = authors.map((author, index) => chainOf(author, drafts(5, `of ${index}`)))
const branch = chainOf(authors[1] ?? expect.fail(), drafts(3, 'branch'), forking?.[1])
const corrections = chainOf(authors[0] ?? expect.fail(), claims(), honest?.at(-1))
const asked = chainOf(
  authors[0] ?? expect.fail(),
  [{ content: { type: 'query', question: 'why?' } }],
  corrections.at(-1),
)
const answered = chainOf(authors[2] ?? expect.fail(), [answer('so'), answer('or so')], gapped?.at(-1))
const messages = [
  ...(honest ?? []),
  ...corrections,
  ...asked,
  ...answered,
  ...(forking ?? []),
  ...branch,
  ...(gapped ?? []).filter((_, at) => at !== 2),
]

/** An edit and a retract of messages of one's own, and a retract of somebody else's. */
function claims(): Draft[] {
  const [first, second] = honest ?? []
  const targets = [second?.hash, forking?.[0]?.hash]
  return [
    { content: { type: 'insight', title: 'corrected', supersedes: first?.hash } },
    ...targets.map((target) => ({ content: { type: 'retract', target } })),
  ]
}

function answer(text: string): Draft {
  return { content: { type: 'response', query_hash: asked[0]?.hash, answer: text, category: 'guesses' } }
}

function drafts(count: number, word: string): Draft[] {
  return Array.from({ length: count }, (_, index) => ({
    content: contentOf(index, word),
    tags: index % 2 === 0 ? ['even', word] : [],
    ...(index === 3 && {
      expiresAt: '2026-03-01T00:00:00Z',
      traceId: 'trace',
      relates: 'ab'.repeat(32),
    }),
  }))
}

/** The last two are profiles, of an agent and of the node. */
function contentOf(index: number, word: string): object {
  if (index >= SAID.length) return { type: 'profile', name: word, ...(index === 3 && { agent: 'claude' }) }
  return { ...SAID[index % SAID.length], title: `${word} ${index}`, text: `said by ${word}` }
}

/** An entry before it has a place in a store: there, offsets are given in the order of arrival. */
type Told = { message: SealedMessage } | { mark: 'forked' | 'forgotten'; by: number; from: number; to: number }

const marks: fc.Arbitrary<Told> = fc
  .record({
    mark: fc.constantFrom('forked' as const, 'forgotten' as const),
    by: fc.nat({ max: authors.length - 1 }),
    from: fc.integer({ min: 1, max: 6 }),
    length: fc.nat({ max: 3 }),
  })
  .map(({ from, length, ...mark }) => ({ ...mark, from, to: from + length }))

const told = fc
  .tuple(fc.subarray(messages, { minLength: 1 }), fc.array(marks, { maxLength: 4 }))
  .map(([held, made]): Told[] => [...held.map((message) => ({ message })), ...made])

/** The same entries twice, each time in some order and with some repeats. */
const tellings = told.chain((all) => fc.tuple(shuffled(all), shuffled(all)))

function shuffled(all: Told[]): fc.Arbitrary<Told[]> {
  const withRepeats = fc.subarray(all).map((repeats) => [...all, ...repeats])
  return withRepeats.chain((entries) => fc.shuffledSubarray(entries, { minLength: entries.length }))
}

class Place {
  readonly #offsets = new Map<Told, number>()

  /** The entry as the log would give it; a repeat is the same entry again. */
  of(one: Told): ProjectedEntry {
    const author = 'message' in one ? one.message.author : (authors[one.by]?.author ?? expect.fail())
    const feed = authors.findIndex((identity) => identity.author === author) + 1
    const offset = this.#offsetOf(one)
    if ('message' in one) return entryOf(one.message, { offset, feed, receivedAt: TEST_NOW + 2000 })
    if (one.mark === 'forked') return forked(author, one.from, { offset, feed })
    return forgotten(author, one.from, one.to, { offset, feed })
  }

  #offsetOf(one: Told): number {
    const offset = this.#offsets.get(one) ?? this.#offsets.size + 1
    this.#offsets.set(one, offset)
    return offset
  }

  /** Rows without what depends on the order: offsets become hashes. */
  rows(database: Connection, tables: readonly string[]): Record<string, unknown[]> {
    const hashes = new Map(
      [...this.#offsets].map(([one, offset]) => [offset, 'message' in one ? one.message.hash : '']),
    )
    const normalised = tables.map((table): [string, string[]] => {
      const rows = database.prepare(`SELECT * FROM ${table}`).all() as Record<string, number>[]
      const named = rows.map(({ offset, ...row }) => ({
        ...row,
        ...(offset !== undefined && { message: hashes.get(offset) }),
      }))
      return [table, named.map((row) => JSON.stringify(row)).sort()]
    })
    return Object.fromEntries(normalised)
  }
}

function openProjection(name: string) {
  const { make, tables } = PROJECTIONS[name] ?? expect.fail()
  const database = openProjectionDatabase(':memory:')
  const projection = make(database)
  projection.reset()
  if (name === 'search') showWords(database)
  return { database, projection, tables }
}

/** The index keeps no text, but can tell where each of its words stands. */
function showWords(database: Connection): void {
  database.exec(`
    CREATE VIRTUAL TABLE temp.search_instances USING fts5vocab(main, search_index, instance);
    CREATE TEMP VIEW search_words AS SELECT term, doc AS offset, col, "offset" AS position FROM search_instances;
  `)
}

function tell(name: string, entries: readonly Told[]): Record<string, unknown[]> {
  const { database, projection, tables } = openProjection(name)
  const place = new Place()
  // One transaction, as the runner does it: the index is slow at many small ones.
  const foldAll = database.transaction(() => {
    for (const one of entries) fold(projection, place.of(one))
  })
  foldAll()
  return place.rows(database, tables)
}

function isWithdrawn({ author, sequence }: SealedMessage, entries: readonly Told[]): boolean {
  return entries.some((one) => {
    if ('message' in one || authors[one.by]?.author !== author) return false
    return one.from <= sequence && (one.mark === 'forked' || sequence <= one.to)
  })
}

describe.each(Object.keys(PROJECTIONS))('%s', (name) => {
  test('has the same rows in any order and with any repeats', () => {
    fc.assert(
      fc.property(tellings, ([one, two]) => {
        expect(tell(name, two)).toEqual(tell(name, one))
      }),
      { seed: SEED, numRuns: 60 },
    )
  })

  test('has no row of its own once everything is forgotten', () => {
    const { database, projection, tables } = openProjection(name)
    const place = new Place()
    const all: Told[] = messages.map((message) => ({ message }))
    const everything = authors.map((_, by): Told => ({ mark: 'forgotten', by, from: 1, to: 9 }))
    for (const one of [...all, ...everything]) fold(projection, place.of(one))
    const rows = place.rows(
      database,
      tables.filter((table) => !table.endsWith('_withdrawn')),
    )
    expect(Object.values(rows).flat()).toEqual([])
  })

  test('has the same rows after a reset and a replay', () => {
    const { database, projection, tables } = openProjection(name)
    const place = new Place()
    const all: Told[] = [...messages.map((message) => ({ message })), { mark: 'forked', by: 1, from: 3, to: 3 }]
    for (const one of all) fold(projection, place.of(one))
    const before = place.rows(database, tables)
    projection.reset()
    for (const one of all) fold(projection, place.of(one))
    expect(place.rows(database, tables)).toEqual(before)
  })
})

test('exactly the messages that no mark withdraws are listed, indexed and counted', () => {
  fc.assert(
    fc.property(told.chain(shuffled), (entries) => {
      const inEffect = [...new Set(entries)]
        .filter((one) => 'message' in one)
        .map(({ message }) => message)
        .filter((message) => !isWithdrawn(message, entries))
      const hashes = inEffect.map(({ hash }) => hash).sort()
      const { timeline_places: places = [], timeline_feeds: feeds = [] } = tell('timeline', entries)
      const { search_messages: indexed = [] } = tell('search', entries)
      expect(hashesIn(places)).toEqual(hashes)
      expect(hashesIn(indexed)).toEqual(hashes)
      const counts = authors.map(({ author }, index) => ({
        feed: index + 1,
        messages: inEffect.filter((message) => message.author === author).length,
      }))
      expect(feeds.map(parsed)).toEqual(counts.filter(({ messages }) => messages > 0))
    }),
    { seed: SEED, numRuns: 60 },
  )
})

function hashesIn(rows: unknown[]): unknown[] {
  return rows.map((row) => parsed(row).message).sort()
}

function parsed(row: unknown): { message?: string } {
  return JSON.parse(String(row))
}

test('following a log live leaves the rows that a replay of it leaves', async () => {
  const batches = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 })
  const orders = fc.tuple(fc.shuffledSubarray(messages, { minLength: 4 }), batches)
  await fc.assert(
    fc.asyncProperty(orders, async ([order, sizes]) => {
      const { log, database } = openLog()
      const cursors = new SqliteCursorStore(database)
      const all = Object.values(PROJECTIONS)
      const start = () => {
        const runner = new ProjectionRunner({
          log,
          cursors,
          projections: all.map(({ make }) => make(database)),
          logger: SILENT,
        })
        runner.start()
        return runner
      }
      const rows = () =>
        all.flatMap(({ tables }) => tables).map((table) => [table, database.prepare(`SELECT * FROM ${table}`).all()])

      const live = start()
      showWords(database)
      for (let at = 0, turn = 0; at < order.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1
        await log.ingest(order.slice(at, at + size).map(itemOf), 'peer')
        await live.settled(log.cursor().offset)
        at += size
      }
      await live.stop()
      const followed = rows()

      for (const { make } of all) cursors.setCursor(make(database).name, -1, 0)
      const replaying = start()
      await replaying.settled(log.cursor().offset)
      await replaying.stop()
      expect(rows()).toEqual(followed)
    }),
    { seed: SEED, numRuns: 25 },
  )
})
