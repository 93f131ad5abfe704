import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { closeDatabase, DatabaseSoundness, LogEntries, openReader, SqliteLogStore } from '../../../src/store/index.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog, TEST_NOW } from '../../support/open-log.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import type { FeedPlace } from '../../../src/log/index.ts'

const CHAIN = chainOf(identityOf(2), insights(5))
const TAGGED = chainOf(
  identityOf(2),
  Array.from({ length: 5 }, () => ({ content: { type: 'insight', title: 'a', observation: 'b' }, tags: ['sea'] })),
)
const AUTHOR = identityOf(2).author
const ALL = { author: AUTHOR, from: 1, to: 5, bytesMax: 1_000_000, now: TEST_NOW }

/** What a disk may do to a message; `type`: in the head of its row. */
const SPOILING = {
  type: 'UPDATE entries SET text = CAST(text AS BLOB) WHERE sequence = ?',
  text: "UPDATE entries SET text = replace(text, 'insight', 'insighs') WHERE sequence = ?",
  signature: "UPDATE entries SET signature = CAST(unhex('00') || substr(signature, 2) AS BLOB) WHERE sequence = ?",
  json: 'UPDATE entries SET text = substr(text, 1, length(text) - 1) WHERE sequence = ?',
  hash: "UPDATE entries SET hash = CAST(unhex('00') || substr(hash, 2) AS BLOB) WHERE sequence = ?",
}

/** Where a disk changed a letter of some messages. */
async function openSpoilt(sequences: number[], what: keyof typeof SPOILING = 'text', chain = CHAIN) {
  const path = join(temporaryDirectory(), 'egregore.db')
  const { log, database } = openLog({ path })
  await log.ingest(chain.map(itemOf), 'peer')
  for (const sequence of sequences) database.prepare(SPOILING[what]).run(sequence)
  const said: string[] = []
  const say = (_: object, message: string) => said.push(message)
  const soundness = new DatabaseSoundness(database, { info: say, warn: say, error: say })
  const met: FeedPlace[] = []
  soundness.onNotAsSigned((place) => met.push(place))
  const store = new SqliteLogStore(database, openReader(database), soundness)
  onTestFinished(() => {
    soundness.close()
    closeDatabase(database)
  })
  return { path, store, soundness, said, met }
}

const damage = expect.objectContaining({
  code: 'STORE_DAMAGED',
  message: expect.stringContaining(`Message 3 of ${AUTHOR} is not what was signed`),
})

test.each(['text', 'signature', 'hash', 'type'] as const)(
  'a message that is not what was signed is served to nobody, those beside it are: %s',
  async (what) => {
    const { store } = await openSpoilt([3], what)
    expect(store.range(ALL).map(({ sequence }) => sequence)).toEqual([1, 2, 4, 5])
    expect((await store.entriesAt([1, 2, 3, 4, 5])).map(({ offset }) => offset)).toEqual([1, 2, 4, 5])
    if (what !== 'hash') expect(() => store.message(CHAIN[2]?.hash ?? '')).toThrow(damage)
    expect(() => store.entriesAfter(0, 10, 1_000_000)).toThrow(damage)
    expect(store.entriesAfter(3, 10, 1_000_000).map(({ offset }) => offset)).toEqual([4, 5])
    const kinds = store.readableAfter(0, 10, 1_000_000).map(({ kind }) => kind)
    expect(kinds).toEqual(['message', 'message', 'damaged', 'message', 'message'])
  },
)

test('a message of before has no sum beside its signature, and is read all the same', async () => {
  const { store, path } = await openSpoilt([])
  const { database } = openLog({ path })
  database.exec('UPDATE entries SET guard = NULL')
  expect(store.range(ALL)).toHaveLength(5)
  closeDatabase(database)
})

test('whoever meets one has the whole database looked at, to which more is written if its pages are whole', async () => {
  const { store, soundness, said, met } = await openSpoilt([3, 4])
  store.range({ ...ALL, to: 2 })
  expect([soundness.state, met]).toEqual(['unchecked', []])
  store.range({ ...ALL, to: 3 })
  expect(met).toEqual([{ author: AUTHOR, sequence: 3 }])
  await expect.poll(() => soundness.state, { timeout: 30_000 }).toBe('whole')
  expect(met.slice(1)).toEqual([3, 4].map((sequence) => ({ author: AUTHOR, sequence })))
  store.range(ALL)
  expect(said).toEqual(['a message is not what was signed: the database is checked', 'the database is whole'])
  soundness.refuseWhenDamaged()
})

test('who follows the log gets past them, however many stand in a row and at its end', async () => {
  const { path } = await openSpoilt([2, 3, 4, 5])
  const log = new LogEntries(path)
  const after = (offset: number, limit: number) =>
    log.readableAfter(offset, limit, 1_000_000).map((entry) => [entry.kind, entry.offset])
  expect(after(0, 3)).toEqual([
    ['message', 1],
    ['damaged', 2],
    ['damaged', 3],
  ])
  expect(after(4, 3)).toEqual([['damaged', 5]])
  expect(after(5, 1)).toEqual([])
  log.close()
})

test.each(['json', 'type', 'text'] as const)(
  'one that is no JSON any more keeps no other from being found by its tags or values: %s',
  async (what) => {
    const { store } = await openSpoilt([3], what, TAGGED)
    const query = { tags: ['sea'], after: 0, upTo: 5, without: [], bytesMax: 1_000_000, now: TEST_NOW }
    expect((await store.tagged(query)).messages.map(({ offset }) => offset)).toEqual([1, 2, 4, 5])
    const values = await store.valuesAt([2, 3, 4], '$.title')
    expect(values.map(({ offset }) => offset)).toEqual([2, 3, 4])
    expect([values[0]?.value, values[2]?.value]).toEqual(['"a"', '"a"'])
  },
)
