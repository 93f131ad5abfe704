import { expect, test } from 'vitest'
import { INGESTS_AT_ONCE, ITEMS_PER_INGEST } from '../../../../src/network/replicate/constants.ts'
import { IngestQueue } from '../../../../src/network/replicate/puller/ingest-queue.ts'
import type { Item } from '../../../../src/feed/index.ts'
import type { IngestResult } from '../../../../src/log/index.ts'

const items = (count: number): Item[] =>
  Array.from({ length: count }, () => ({ text: new Uint8Array(), signature: new Uint8Array() }))

/** An ingest that answers when the test says so. */
function held() {
  const batches: { size: number; answer: () => void; fail: (error: Error) => void }[] = []
  const ingest = (batch: readonly Item[]): Promise<IngestResult[]> =>
    new Promise((resolve, reject) => {
      const answer = () => resolve(batch.map(() => ({ outcome: 'appended' })))
      batches.push({ size: batch.length, answer, fail: reject })
    })
  return { batches, queue: new IngestQueue({ ingest }, 'peer') }
}

/** Lets as many turns pass as batches may begin in. */
async function settle(): Promise<void> {
  for (let turns = 0; turns <= INGESTS_AT_ONCE; turns++) await new Promise((resolve) => setImmediate(resolve))
}

test('frames that come in one turn go to the log as one batch, and each gets its own answers', async () => {
  const { batches, queue } = held()
  const answers = [3, 1, 2].map((count) => queue.ingest(items(count)))
  await settle()
  expect(batches.map(({ size }) => size)).toEqual([6])
  batches[0]?.answer()
  expect((await Promise.all(answers)).map(({ length }) => length)).toEqual([3, 1, 2])
})

test('a few batches of a transaction each are under way, and the rest waits in order', async () => {
  const { batches, queue } = held()
  const frame = ITEMS_PER_INGEST / 2
  const all = Array.from({ length: 2 * INGESTS_AT_ONCE + 3 }, () => queue.ingest(items(frame)))
  await settle()
  expect(batches.map(({ size }) => size)).toEqual(Array(INGESTS_AT_ONCE).fill(ITEMS_PER_INGEST))
  batches[0]?.answer()
  await all[1]
  await settle()
  expect(batches.length).toBe(INGESTS_AT_ONCE + 1)
  for (let index = 1; index < batches.length; index++) {
    batches[index]?.answer()
    await settle()
  }
  await Promise.all(all)
  expect(batches.at(-1)?.size).toBe(frame)
})

test('a frame of more items than a batch takes goes to the log in parts, and gets its answers in order', async () => {
  const { batches, queue } = held()
  const small = queue.ingest(items(10))
  const large = queue.ingest(items(2 * ITEMS_PER_INGEST + 5))
  await settle()
  expect(batches.map(({ size }) => size)).toEqual([ITEMS_PER_INGEST, ITEMS_PER_INGEST, 15])
  for (const batch of batches.toReversed()) batch.answer()
  expect((await small).length).toBe(10)
  expect(await large).toEqual(Array(2 * ITEMS_PER_INGEST + 5).fill({ outcome: 'appended' }))
})

test('one batch begins in each turn', async () => {
  const { batches, queue } = held()
  for (let frame = 0; frame < 3; frame++) void queue.ingest(items(ITEMS_PER_INGEST))
  for (const begun of [1, 2, 3]) {
    await new Promise((resolve) => setImmediate(resolve))
    expect(batches.length).toBeGreaterThanOrEqual(begun)
    expect(batches.length).toBeLessThanOrEqual(begun + 1)
  }
})

test('a log that fails fails the frames of that batch, and the next batch goes on', async () => {
  const { batches, queue } = held()
  const failed = [queue.ingest(items(1)), queue.ingest(items(1))].map((answer) =>
    expect(answer).rejects.toThrow('disk full'),
  )
  await settle()
  batches[0]?.fail(new Error('disk full'))
  await Promise.all(failed)
  const next = queue.ingest(items(1))
  await settle()
  batches[1]?.answer()
  expect(await next).toEqual([{ outcome: 'appended' }])
})
