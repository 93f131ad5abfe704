import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SqliteLogStore } from '../../../src/store/index.ts'
import { RecentEntries } from '../../../src/store/log/recent-entries.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog } from '../../support/open-log.ts'
import type { Entry, MessageEntry } from '../../../src/log/index.ts'

const SEED = 20_260_101
const honest = chainOf(identityOf(2), insights(6))
const forking = chainOf(identityOf(3), insights(6))
const branch = chainOf(identityOf(3), insights(3, 'other'), forking[2])
const messages = [...honest, ...forking, ...branch]

/** Everything about an entry but the peer it came from, which rows do not know. */
function factsOf(entry: Entry): unknown {
  if (entry.kind !== 'message') return entry
  const { offset, feed, author, sequence, hash, text, signature, receivedAt, link, inEffect, envelope } = entry
  const bytes = Buffer.from(signature).toString('hex')
  return { offset, feed, author, sequence, hash, text, bytes, receivedAt, link, inEffect, envelope }
}

test('what is remembered of an append is what its row says, whatever came in whatever order', async () => {
  const cases = fc.record({
    order: fc.shuffledSubarray(messages, { minLength: 1 }),
    size: fc.integer({ min: 1, max: 5 }),
    after: fc.integer({ min: 0, max: 20 }),
    limit: fc.integer({ min: 1, max: 20 }),
    bytesMax: fc.integer({ min: 1, max: 3_000 }),
  })
  const check = fc.asyncProperty(cases, async ({ order, size, after, limit, bytesMax }) => {
    const { log, store, database, reader } = openLog()
    for (let at = 0; at < order.length; at += size) await log.ingest(order.slice(at, at + size).map(itemOf), 'peer')
    const rows = new SqliteLogStore(database, reader).entriesAfter(after, limit, bytesMax)
    expect(store.entriesAfter(after, limit, bytesMax).map(factsOf)).toEqual(rows.map(factsOf))
  })
  await fc.assert(check, { seed: SEED, numRuns: 200 })
})

test('what a refused transaction appended is not remembered', () => {
  const { store } = openLog()
  const { author } = identityOf(2)
  const append = (): void => {
    const [message] = honest
    if (message === undefined) return
    const { hash, text, signature } = message
    const arrival = { receivedAt: 1, receivedFrom: undefined, expiresAt: undefined }
    store.append({ feed: store.openFeed(author), sequence: 1, hash, text, signature, ...arrival, link: 'linked' })
  }
  const refused = () => {
    append()
    throw new Error('refused')
  }
  expect(() => store.transact(refused)).toThrow('refused')
  expect(store.entriesAfter(0, 10, 1_000_000)).toEqual([])
  store.transact(append)
  expect(store.entriesAfter(0, 10, 1_000_000)).toMatchObject([{ sequence: 1 }])
})

/** An entry as far as this memory looks at it. */
function entryAt(offset: number, text: string): MessageEntry {
  return { offset, text } as MessageEntry
}

test('2,048 entries are remembered, and half of them when one more comes', () => {
  const recent = new RecentEntries()
  for (let offset = 1; offset <= 2_048; offset++) recent.add(entryAt(offset, 'x'))
  expect(recent.after(0, 1, 1)).toMatchObject([{ offset: 1 }])
  recent.add(entryAt(2_049, 'x'))
  expect(recent.after(1_024, 1, 1)).toBeUndefined()
  expect(recent.after(1_025, 1, 1)).toMatchObject([{ offset: 1_026 }])
  expect(recent.after(2_049, 1, 1)).toEqual([])
})

test('4 MiB of text are remembered, and half of the entries when more comes', () => {
  const recent = new RecentEntries()
  const text = 'x'.repeat(1024 * 1024)
  for (let offset = 1; offset <= 4; offset++) recent.add(entryAt(offset, text))
  expect(recent.after(0, 1, 1)).toMatchObject([{ offset: 1 }])
  recent.add(entryAt(5, 'x'))
  expect(recent.after(2, 1, 1)).toBeUndefined()
  expect(recent.after(3, 9, 9_000_000)).toMatchObject([{ offset: 4 }, { offset: 5 }])
})

test('a stretch with a gap is not one: what stood before it is forgotten', () => {
  const recent = new RecentEntries()
  recent.add(entryAt(1, 'x'))
  recent.add(entryAt(3, 'x'))
  expect(recent.after(0, 9, 9)).toBeUndefined()
  expect(recent.after(2, 9, 9)).toMatchObject([{ offset: 3 }])
})
