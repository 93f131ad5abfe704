import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { closeDatabase, DatabaseSoundness, LogEntries, openReader, SqliteLogStore } from '../../src/store/index.ts'
import { chainOf, insights, itemOf } from '../support/feeds.ts'
import { identityOf, openLog, TEST_NOW } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const CHAIN = chainOf(identityOf(2), insights(5))
const AUTHOR = identityOf(2).author

/** Where a disk changed a letter of some messages. */
async function openSpoilt(...sequences: number[]) {
  const path = join(temporaryDirectory(), 'egregore.db')
  const { log, database } = openLog({ path })
  await log.ingest(CHAIN.map(itemOf), 'peer')
  const spoil = database.prepare("UPDATE entries SET text = replace(text, 'insight', 'insighs') WHERE sequence = ?")
  for (const sequence of sequences) spoil.run(sequence)
  const said: string[] = []
  const say = (_: object, message: string) => said.push(message)
  const soundness = new DatabaseSoundness(database, { info: say, warn: say, error: say })
  const store = new SqliteLogStore(database, openReader(database), soundness)
  onTestFinished(() => {
    soundness.close()
    closeDatabase(database)
  })
  return { path, store, soundness, said }
}

const damage = expect.objectContaining({
  code: 'STORE_DAMAGED',
  message: expect.stringContaining(`message 3 of ${AUTHOR} is not what was signed`),
})

test('a message that is not what was signed is served to nobody, those beside it are', async () => {
  const { store } = await openSpoilt(3)
  const query = { author: AUTHOR, from: 1, to: 5, bytesMax: 1_000_000, now: TEST_NOW }
  expect(store.range(query).map(({ sequence }) => sequence)).toEqual([1, 2, 4, 5])
  expect((await store.entriesAt([1, 2, 3, 4, 5])).map(({ offset }) => offset)).toEqual([1, 2, 4, 5])
  expect(() => store.message(CHAIN[2]?.hash ?? '')).toThrow(damage)
  expect(() => store.entriesAfter(0, 10, 1_000_000)).toThrow(damage)
  expect(store.entriesAfter(3, 10, 1_000_000).map(({ offset }) => offset)).toEqual([4, 5])
  expect(store.readableAfter(0, 10, 1_000_000).map(({ offset }) => offset)).toEqual([1, 2, 4, 5])
})

test('whoever meets one knows that the database is damaged, and says so once', async () => {
  const { store, soundness, said } = await openSpoilt(3)
  store.range({ author: AUTHOR, from: 1, to: 2, bytesMax: 1_000_000, now: TEST_NOW })
  expect(soundness.state).toBe('unchecked')
  for (let time = 0; time < 2; time++)
    store.range({ author: AUTHOR, from: 1, to: 5, bytesMax: 1_000_000, now: TEST_NOW })
  expect(soundness.findings).toEqual([`message 3 of ${AUTHOR} is not what was signed`])
  expect(() => soundness.refuseWhenDamaged()).toThrow(damage)
  expect(said).toHaveLength(1)
})

test('a check of the database finds them', async () => {
  const { soundness } = await openSpoilt(2, 4)
  await soundness.check()
  expect(soundness.findings).toEqual([
    `message 2 of ${AUTHOR} is not what was signed`,
    `message 4 of ${AUTHOR} is not what was signed`,
  ])
})

test('what is folded goes on behind them, however many stand in a row', async () => {
  const { path } = await openSpoilt(2, 3, 4)
  const log = new LogEntries(path)
  const offsetsAfter = (offset: number, limit: number) =>
    log.readableAfter(offset, limit, 1_000_000).map((one) => one.offset)
  expect(offsetsAfter(0, 10)).toEqual([1, 5])
  expect(offsetsAfter(1, 1)).toEqual([5])
  expect(offsetsAfter(5, 1)).toEqual([])
  log.close()
})
