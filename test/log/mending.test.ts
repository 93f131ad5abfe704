import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Log } from '../../src/log/index.ts'
import {
  closeDatabase,
  DatabaseSoundness,
  openReader,
  SqliteLogStore,
  SqlitePublishedKeyStore,
  SqliteSelectionStore,
} from '../../src/store/index.ts'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { identityOf, openLog, TEST_NOW } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { SealedMessage } from '../../src/feed/index.ts'
import type { FeedPlace } from '../../src/log/index.ts'

const identity = identityOf(2)
const { author } = identity
const CHAIN = chainOf(identity, insights(5))

/** A log on a database of which a disk has changed something. */
async function openSpoilt(sql: string, messages: readonly SealedMessage[] = CHAIN) {
  const { log: before, database } = openLog({ path: join(temporaryDirectory(), 'egregore.db') })
  await before.ingest(messages.map(itemOf), 'peer')
  database.exec(sql)
  const soundness = new DatabaseSoundness(database, SILENT)
  const store = new SqliteLogStore(database, openReader(database), soundness)
  const log = new Log({
    store,
    selectionStore: new SqliteSelectionStore(database),
    publishedKeyStore: new SqlitePublishedKeyStore(database),
    identity: identityOf(1),
    clock: () => TEST_NOW,
    soundness,
  })
  const told: [string, unknown][] = []
  log.mending.listen({
    noted: (places) => told.push(['noted', places]),
    mended: (message) => told.push(['mended', message]),
  })
  onTestFinished(() => {
    soundness.close()
    closeDatabase(database)
  })
  return { log, database, told }
}

async function missingIn(log: Log) {
  return (await log.positions([{ author, sequence: 5 }]))[0]?.missing
}

/** Reads all, and waits until what is met damaged is noted. */
async function meet(log: Log): Promise<void> {
  await log.range({ author, from: 1, to: 5, bytesMax: 1_000_000 })
  await new Promise(setImmediate)
}

async function sequencesIn(log: Log): Promise<number[]> {
  return (await log.range({ author, from: 1, to: 5, bytesMax: 1_000_000 })).map(({ sequence }) => sequence)
}

const TEXT = "UPDATE entries SET text = replace(text, 'insight', 'insighs')"
const SIGNATURE = "UPDATE entries SET signature = CAST(unhex('00') || substr(signature, 2) AS BLOB)"
const PREVIOUS = 'UPDATE entries SET text = replace(text, \'"previous":"\', \'"previous":"00\')'
const HASH_AND_TEXT = "UPDATE entries SET text = 'x', hash = CAST(unhex('00') || substr(hash, 2) AS BLOB)"

test.each([
  ['its text', TEXT, 3],
  ['its signature', SIGNATURE, 3],
  ['what it says of its predecessor', PREVIOUS, 3],
  ['its hash too, which the next one names', HASH_AND_TEXT, 3],
  ['its hash too, which the feed is known by', HASH_AND_TEXT, 5],
])('a damaged message is asked for and put back where it stood: %s', async (_, sql, sequence) => {
  const { log, told } = await openSpoilt(`${sql} WHERE sequence = ${sequence}`)
  await meet(log)
  expect(await missingIn(log)).toEqual([{ from: sequence, to: sequence, reason: 'damaged' }])
  expect([log.mending.count, log.hasMissing()]).toEqual([1, true])

  expect(await log.ingest(CHAIN.map(itemOf), 'peer')).toEqual(
    CHAIN.map((message) => ({ outcome: message.sequence === sequence ? 'mended' : 'duplicate' })),
  )
  const place: FeedPlace = { author, sequence }
  expect(told).toEqual([
    ['noted', [place]],
    ['mended', { ...place, offset: sequence }],
  ])
  expect([await missingIn(log), log.mending.count, log.hasMissing()]).toEqual([[], 0, false])
  expect(await sequencesIn(log)).toEqual([1, 2, 3, 4, 5])
  const entry = await log.message(CHAIN[sequence - 1]?.hash ?? '')
  expect(entry).toMatchObject({ offset: sequence, text: CHAIN[sequence - 1]?.text, link: 'linked' })
  expect(log.counts()).toEqual({ messages: 5, feeds: 1, forks: 0 })
})

test('only bytes that verify and have its hash take the place of a damaged message', async () => {
  const { log } = await openSpoilt(`${TEXT} WHERE sequence = 3`)
  await meet(log)
  const [, , third] = CHAIN
  const forged = { ...itemOf(third ?? expect.fail()), signature: new Uint8Array(64) }
  expect(await log.ingest([forged], 'peer')).toEqual([{ error: 'FEED_SIGNATURE_INVALID' }])
  const [another] = chainOf(identity, [{ content: 'another' }], CHAIN[1])
  expect(await log.ingest([itemOf(another ?? expect.fail())], 'peer')).toEqual([{ outcome: 'duplicate' }])
  expect(log.mending.count).toBe(1)
})

test('a damaged message proves no fork', async () => {
  const { log } = await openSpoilt(
    `${PREVIOUS} WHERE sequence IN (3, 5)`,
    [CHAIN[2], CHAIN[4]].map((one) => one ?? expect.fail()),
  )
  expect(await log.ingest(CHAIN.map(itemOf), 'peer')).toEqual(
    ['appended', 'appended', 'mended', 'appended', 'mended'].map((outcome) => ({ outcome })),
  )
  expect(log.counts()).toEqual({ messages: 5, feeds: 1, forks: 0 })
  expect((await log.range({ author, from: 1, to: 5, bytesMax: 1_000_000 })).map(({ link }) => link)).toEqual(
    Array.from({ length: 5 }, () => 'linked'),
  )
})

test('one so damaged that nothing says which it was stays as it is', async () => {
  const third = CHAIN[2] ?? expect.fail()
  const fifth = CHAIN[4] ?? expect.fail()
  const { log } = await openSpoilt(`${HASH_AND_TEXT} WHERE sequence = 3`, [third, fifth])
  expect(await log.ingest([itemOf(third)], 'peer')).toEqual([{ outcome: 'duplicate' }])
  // Until its successor names it.
  await log.ingest([itemOf(CHAIN[3] ?? expect.fail())], 'peer')
  expect(await log.ingest([itemOf(third)], 'peer')).toEqual([{ outcome: 'mended' }])
})

test('what is damaged is known after a restart, and forgotten with what is forgotten', async () => {
  const { log } = await openSpoilt(`${TEXT} WHERE sequence IN (2, 3)`)
  await meet(log)
  expect(log.mending.count).toBe(2)
  await log.forget([{ author, from: 2, to: 3 }])
  expect([log.mending.count, log.hasMissing()]).toEqual([0, false])
  expect(
    (await log.ingest(CHAIN.slice(1, 3).map(itemOf), 'peer')).map((one) => 'outcome' in one && one.outcome),
  ).toEqual(['forgotten', 'forgotten'])
})

test('publishing after a rollback waits for what is missing, not for what is damaged', async () => {
  const { log, database } = await openSpoilt('SELECT 1')
  await log.publish({ content: 'one' })
  await log.publish({ content: 'two' })
  database.exec(`UPDATE entries SET text = 'x' WHERE feed = (SELECT max(id) FROM feeds) AND sequence = 1`)
  await log.range({ author: log.author, from: 1, to: 2, bytesMax: 1_000 })
  await new Promise(setImmediate)
  expect(log.mending.count).toBe(1)
  log.ownFeed.provedLongerBy('peer')
  log.ownFeed.fetchedFrom('peer')
  expect(log.ownFeed.isRolledBack()).toBe(false)
})
