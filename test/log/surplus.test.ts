// Policies over a real log with its projections: what goes, what stays, and that a preview says so beforehand.

import { describe, expect, test } from 'vitest'
import { POLICIES_MAX, Retention } from '../../src/log/index.ts'
import { SqlitePolicyStore } from '../../src/store/index.ts'
import { openWithProjections } from '../projections/open-projections.ts'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { identityOf, TEST_NOW } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import type { Draft } from '../../src/feed/index.ts'
import type { MessageEntry, PolicyDraft, RetentionComponents } from '../../src/log/index.ts'

const [bob, carol] = [identityOf(2), identityOf(3)]
const DAY_SECS = 86_400

function openRetention({ enabled = true, ...changes }: Partial<RetentionComponents> & { enabled?: boolean } = {}) {
  const opened = openWithProjections()
  const { log, clock, database, projections: lists, store: held, settled } = opened
  const policyStore = new SqlitePolicyStore(database)
  const components = { log, policyStore, lists, held, clock: () => clock.now, logger: SILENT, ...changes }
  const retention = new Retention(components, { enabled, intervalMs: 3_600_000 })
  return {
    ...opened,
    retention,
    /** Puts policies in force, sweeps, and answers what is left, as `author:sequence`. */
    sweep: async (...policies: Partial<PolicyDraft>[]): Promise<string[]> => {
      for (const policy of policies) retention.policies.put(draftOf(policy))
      await retention.sweep()
      await settled()
      return held_(opened)
    },
  }
}

function draftOf(policy: Partial<PolicyDraft>): PolicyDraft {
  return { scope: { kind: 'global' }, includeSelf: true, ...policy }
}

const NAMES = new Map([
  [identityOf(1).author, 'own'],
  [bob.author, 'bob'],
  [carol.author, 'carol'],
])

/** What the log holds and what every list shows are the same, once folded. */
async function held_({ log, list, database }: ReturnType<typeof openWithProjections>): Promise<string[]> {
  const messages = (await Array.fromAsync(log.read({ after: 0 }))).flat().filter((entry) => entry.kind === 'message')
  const shown = (await list({ limit: 1_000 })).messages
  expect(shown.map(({ hash }) => hash).sort()).toEqual(messages.map(({ hash }) => hash).sort())
  expect(database.prepare('SELECT count(*) FROM search_index_docsize').pluck().get()).toBe(messages.length)
  return messages.map(nameOf).sort()
}

function nameOf({ author, sequence }: MessageEntry): string {
  return `${NAMES.get(author)}:${sequence}`
}

function names(author: string, ...sequences: number[]): string[] {
  return sequences.map((sequence) => `${author}:${sequence}`)
}

async function take(opened: ReturnType<typeof openRetention>, identity: typeof bob, drafts: Draft[]): Promise<void> {
  await opened.log.ingest(chainOf(identity, drafts).map(itemOf), 'a peer')
  await opened.settled()
}

describe('max_age_secs', () => {
  test('removes what is older and keeps what is just as old', async () => {
    const opened = openRetention()
    await opened.publish({ content: 'first' })
    opened.clock.now = TEST_NOW + 1
    await opened.publish({ content: 'second' })
    opened.clock.now = TEST_NOW + DAY_SECS * 1000 + 1
    expect(await opened.sweep({ maxAgeSecs: DAY_SECS })).toEqual(names('own', 2))
  })

  test('goes by the earlier of claimed and received time, so that no date in the future keeps a message', async () => {
    const opened = openRetention()
    opened.clock.now = TEST_NOW - DAY_SECS * 1000
    await take(opened, bob, [{ content: 'claims to be of a day later' }])
    opened.clock.now = TEST_NOW
    expect(await opened.sweep({ maxAgeSecs: DAY_SECS - 1 })).toEqual([])
  })

  test('of one author looks at each message, also where times do not rise with sequences', async () => {
    const opened = openRetention()
    opened.clock.now = TEST_NOW + DAY_SECS * 1000
    await opened.publish({ content: 'later' })
    opened.clock.now = TEST_NOW
    await opened.publish({ content: 'earlier' })
    opened.clock.now = TEST_NOW + DAY_SECS * 1000
    const scope = { kind: 'author' as const, value: opened.log.author }
    expect(await opened.sweep({ scope, maxAgeSecs: DAY_SECS - 1 })).toEqual(names('own', 1))
  })
})

describe('max_count', () => {
  test('keeps the newest so many, over all authors', async () => {
    const opened = openRetention()
    await take(opened, bob, insights(3))
    opened.clock.now = TEST_NOW + 60_000
    await opened.publish(...insights(2))
    expect(await opened.sweep({ maxCount: 3 })).toEqual([...names('bob', 3), ...names('own', 1, 2)])
  })

  test('keeps all when there are no more', async () => {
    const opened = openRetention()
    await opened.publish(...insights(3))
    expect(await opened.sweep({ maxCount: 3 })).toEqual(names('own', 1, 2, 3))
  })

  test('without our own messages neither counts nor removes them', async () => {
    const opened = openRetention()
    await take(opened, bob, insights(3))
    await opened.publish(...insights(3))
    expect(await opened.sweep({ maxCount: 1, includeSelf: false })).toEqual([
      ...names('bob', 3),
      ...names('own', 1, 2, 3),
    ])
  })

  test('of many pages removes every one beyond', async () => {
    const opened = openRetention()
    await take(opened, bob, insights(1_600))
    expect(await opened.sweep({ maxCount: 2 })).toEqual(names('bob', 1_599, 1_600))
    expect(await opened.log.forgottenCount()).toBe(1_598)
  })
})

describe('max_bytes', () => {
  test('keeps the newest that fit, to the byte', async () => {
    const opened = openRetention()
    const entries = await opened.publish(...insights(4))
    const bytes = entries.slice(1).reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
    expect((await opened.retention.preview(draftOf({ maxBytes: bytes }))).messages).toBe(1)
    expect((await opened.retention.preview(draftOf({ maxBytes: bytes - 1 }))).messages).toBe(2)
    expect(await opened.sweep({ maxBytes: bytes })).toEqual(names('own', 2, 3, 4))
  })

  test('keeps none when the newest alone is longer', async () => {
    const opened = openRetention()
    await opened.publish(...insights(2))
    expect(await opened.sweep({ maxBytes: 1 })).toEqual([])
  })
})

describe('compact_key', () => {
  const state = (id: unknown, value: number): Draft => ({ content: { entity: { id }, value } })

  test('keeps the latest message of each author for each value, and all without one', async () => {
    const opened = openRetention()
    await take(opened, bob, [state('a', 1), state('b', 1), state('a', 2), { content: 'no object' }, state(null, 1)])
    await take(opened, carol, [state('a', 1), { content: { entity: 'no object' } }])
    expect(await opened.sweep({ compactKey: '$.entity.id' })).toEqual([
      ...names('bob', 2, 3, 4, 5),
      ...names('carol', 1, 2),
    ])
  })

  test('tells values apart as they are written, long ones and structures too', async () => {
    const opened = openRetention()
    const long = 'x'.repeat(200)
    await take(
      opened,
      bob,
      [1, '1', true, 'true', long, `${long}y`, { a: 1 }, [1], 1, long, { a: 1 }].map((id, at) => state(id, at)),
    )
    expect(await opened.sweep({ compactKey: '$.entity.id' })).toEqual(names('bob', 10, 11, 2, 3, 4, 6, 8, 9))
  })

  test('goes by sequence, whatever the times say', async () => {
    const opened = openRetention()
    opened.clock.now = TEST_NOW + 60_000
    await opened.publish(state('a', 1))
    opened.clock.now = TEST_NOW
    await opened.publish(state('a', 2))
    expect(await opened.sweep({ compactKey: '$.entity.id' })).toEqual(names('own', 2))
  })

  test('takes quoted names and places in arrays', async () => {
    const opened = openRetention()
    await opened.publish({ content: { 'a b': ['x', 'k'] } }, { content: { 'a b': ['y', 'k'] } })
    expect(await opened.sweep({ compactKey: '$."a b"[1]' })).toEqual(names('own', 2))
  })
})

describe('scope', () => {
  const logs = (count: number): Draft[] =>
    insights(count, 'log').map((draft) => ({ ...draft, tags: ['logs', 'it\'s "odd"'] }))

  test('topic: those with the tag alone, whatever it is spelled like', async () => {
    const opened = openRetention()
    await take(opened, bob, [...logs(3), ...insights(2)])
    expect(await opened.sweep({ scope: { kind: 'topic', value: 'it\'s "odd"' }, maxCount: 1 })).toEqual(
      names('bob', 3, 4, 5),
    )
  })

  test('author: of the other authors nothing goes', async () => {
    const opened = openRetention()
    await take(opened, bob, insights(3))
    await take(opened, carol, insights(3))
    const scope = { kind: 'author' as const, value: bob.author }
    expect(await opened.sweep({ scope, maxCount: 1 })).toEqual([...names('bob', 3), ...names('carol', 1, 2, 3)])
  })

  test('author: one of whom nothing is held', async () => {
    const opened = openRetention()
    await opened.publish(...insights(1))
    const scope = { kind: 'author' as const, value: identityOf(9).author }
    expect(await opened.sweep({ scope, maxCount: 1 })).toEqual(names('own', 1))
  })

  test('content_type: those of other types stay', async () => {
    const opened = openRetention()
    await opened.publish({ content: { type: 'status' } }, ...insights(1), { content: { type: 'status' } })
    expect(await opened.sweep({ scope: { kind: 'content_type', value: 'status' }, maxCount: 1 })).toEqual(
      names('own', 2, 3),
    )
  })

  test('a blocked author takes room as well', async () => {
    const opened = openRetention()
    await take(opened, bob, insights(3))
    opened.log.selection.block(bob.author)
    opened.retention.policies.put(draftOf({ maxCount: 1 }))
    expect(await opened.retention.sweep()).toMatchObject({ surplus: 2 })
  })
})

test('a policy with a topic and max_count is carried out, and so are all after it', async () => {
  const opened = openRetention()
  await take(opened, bob, [...insights(3).map((draft) => ({ ...draft, tags: ['logs'] })), ...insights(3)])
  const topic = { kind: 'topic' as const, value: 'logs' }
  expect(await opened.sweep({ scope: topic, maxCount: 1 }, { maxCount: 3 })).toEqual(names('bob', 4, 5, 6))
})

test('criteria of one policy are taken in turn, and a preview counts every message once', async () => {
  const opened = openRetention()
  opened.clock.now = TEST_NOW + 10_000
  await take(
    opened,
    bob,
    Array.from({ length: 6 }, (_, at) => ({ content: { id: at < 2 || at > 3 ? 'same' : `other ${at}` } })),
  )
  // By age 1 goes, by count 2, by key 5.
  const policy = { maxAgeSecs: 9, maxCount: 4, compactKey: '$.id' }
  const before = await opened.retention.preview(draftOf(policy))
  expect(before).toMatchObject({
    messages: 3,
    inScope: 6,
    authors: [{ author: bob.author, messages: 3, bytes: before.bytes }],
  })
  expect(await opened.sweep(policy)).toEqual(names('bob', 3, 4, 6))
  expect(opened.retention.lastSweep).toMatchObject({ surplus: 3, bytes: before.bytes })
})

test('a preview leaves out what has expired, which goes by itself', async () => {
  const opened = openRetention()
  await opened.publish({ content: 1, expiresAt: '2026-01-01T00:00:10Z' }, ...insights(3))
  opened.clock.now = TEST_NOW + 10_000
  expect(await opened.retention.preview(draftOf({ maxCount: 1 }))).toMatchObject({ messages: 2, inScope: 3 })
})

test('a preview changes nothing', async () => {
  const opened = openRetention()
  await take(opened, bob, insights(2))
  await opened.publish(...insights(3))
  const cursor = opened.log.cursor()
  expect(await opened.retention.preview(draftOf({ maxCount: 1 }))).toMatchObject({
    messages: 4,
    authors: [
      { author: opened.log.author, messages: 2 },
      { author: bob.author, messages: 2 },
    ],
  })
  expect([opened.log.cursor(), opened.log.counts().messages, opened.retention.policies.list()]).toEqual([cursor, 5, []])
})

test('without policies in force only what has expired goes', async () => {
  const opened = openRetention({ enabled: false })
  await opened.publish({ content: 1, expiresAt: '2026-01-01T00:00:10Z' }, ...insights(3))
  opened.clock.now = TEST_NOW + 10_000
  expect(await opened.sweep({ maxCount: 1 })).toEqual(names('own', 2, 3, 4))
})

test('a policy that cannot be carried out keeps no other from it', async () => {
  const warnings: object[] = []
  const opened = openWithProjections()
  await opened.publish(...insights(3))
  const { log, clock, database, projections, store: held } = opened
  const lists = {
    places: (query: Parameters<typeof projections.places>[0]) =>
      query.scope.kind === 'topic' ? Promise.reject(new Error('a disk that fails')) : projections.places(query),
    countIn: projections.countIn.bind(projections),
    settled: projections.settled.bind(projections),
  }
  const logger = { ...SILENT, warn: (facts: object) => warnings.push(facts) }
  const components = { log, policyStore: new SqlitePolicyStore(database), lists, held, clock: () => clock.now, logger }
  const retention = new Retention(components, { enabled: true, intervalMs: 3_600_000 })
  retention.policies.put(draftOf({ scope: { kind: 'topic', value: 'logs' }, maxCount: 1 }))
  retention.policies.put(draftOf({ maxCount: 1 }))
  expect(await retention.sweep()).toMatchObject({ surplus: 2 })
  expect(warnings).toEqual([{ policy: 1, err: expect.any(Error) }])
})

describe('policies', () => {
  test('one of the same scope and criteria replaces the other and keeps its id; they do not pile up', () => {
    const { retention } = openRetention()
    const { policies } = retention
    const first = policies.put(draftOf({ maxAgeSecs: 10 }))
    const second = policies.put(draftOf({ compactKey: '$.id' }))
    const again = policies.put(draftOf({ maxAgeSecs: 20, includeSelf: false }))
    expect(again.id).toBe(first.id)
    expect(policies.list()).toEqual([again, second])
    expect(policies.list()[0]).toMatchObject({ maxAgeSecs: 20, includeSelf: false })
  })

  test('the same criteria of another scope are another policy', () => {
    const { policies } = openRetention().retention
    for (const value of ['one', 'other']) policies.put(draftOf({ scope: { kind: 'topic', value }, maxCount: 1 }))
    policies.put(draftOf({ scope: { kind: 'content_type', value: 'one' }, maxCount: 1 }))
    expect(policies.list().map(({ scope }) => scope)).toEqual([
      { kind: 'topic', value: 'one' },
      { kind: 'topic', value: 'other' },
      { kind: 'content_type', value: 'one' },
    ])
  })

  test('are removed once, and an id is never used twice', () => {
    const { policies } = openRetention().retention
    const { id } = policies.put(draftOf({ maxCount: 1 }))
    expect([policies.remove(id), policies.remove(id)]).toEqual([true, false])
    expect(policies.put(draftOf({ maxCount: 1 })).id).toBe(id + 1)
  })

  test('are no more than the limit; replacing one is always possible', () => {
    const { policies } = openRetention().retention
    const topic = (at: number) => draftOf({ scope: { kind: 'topic', value: `topic ${at}` }, maxCount: at + 1 })
    for (let at = 0; at < POLICIES_MAX; at++) policies.put(topic(at))
    expect(() => policies.put(topic(POLICIES_MAX))).toThrow(expect.objectContaining({ code: 'LOG_POLICIES_FULL' }))
    expect(policies.put(topic(0)).id).toBe(1)
    expect(policies.list()).toHaveLength(POLICIES_MAX)
  })
})
