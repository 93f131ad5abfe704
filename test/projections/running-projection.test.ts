import { expect, test } from 'vitest'
import { RunningProjection } from '../../src/projections/running-projection.ts'
import { SqliteCursorStore } from '../../src/store/index.ts'
import { insights } from '../support/feeds.ts'
import { openLog } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import type { DamagedEntry, Entry, MessageEntry } from '../../src/log/index.ts'
import type { Projection } from '../../src/projections/index.ts'

/** A projection that writes down what it is given, and three messages of a log, the second also as it is told while it is damaged. */
async function openFolding() {
  const { log, database } = openLog()
  for (const draft of insights(3)) await log.publish(draft)
  const [first, second, third] = (await Array.fromAsync(log.read({ after: 0 }))).flat() as MessageEntry[] // As: nothing else was published.
  if (first === undefined || second === undefined || third === undefined) throw new Error('Three were published.')
  const given: number[] = []
  const writingDown: Projection = {
    name: 'given',
    version: 1,
    reset: () => {},
    apply: ({ offset }) => {
      given.push(offset)
      return 'done'
    },
  }
  const cursors = new SqliteCursorStore(database)
  const open = (version = 1) => {
    const opened = new RunningProjection({ ...writingDown, version }, cursors, SILENT)
    opened.open()
    return opened
  }
  const projection = open()
  const { offset, feed, author, sequence } = second
  const damaged: DamagedEntry = { kind: 'damaged', offset, feed, author, sequence }
  const fold = (...entries: Entry[]) => projection.reached(projection.fold(entries, Number.POSITIVE_INFINITY))
  return { projection, open, fold, given, first, second, third, damaged }
}

test('a message that was passed over because it was damaged is folded when it is whole again', async () => {
  const { projection, fold, given, first, second, third, damaged } = await openFolding()
  fold(first, damaged, third)
  expect(given).toEqual([1, 3])
  projection.foldAgain(second)
  expect(given).toEqual([1, 3, 2])
})

test('a message that became whole after it was read, and before it was folded, is folded once, in its place', async () => {
  const { projection, fold, given, first, second, third, damaged } = await openFolding()
  projection.foldAgain(second)
  expect(given).toEqual([])
  fold(first, damaged, third)
  expect(given).toEqual([1, 2, 3])
})

test('what was passed over is known after a restart, until it is folded', async () => {
  const { projection, open, fold, second, damaged, first } = await openFolding()
  fold(first, damaged)
  expect(open().passedOver).toEqual([2])
  projection.foldAgain(second)
  expect(open().passedOver).toEqual([])
})

test('who begins anew has passed over nothing', async () => {
  const { open, fold, damaged, first } = await openFolding()
  fold(first, damaged)
  expect(open(2).passedOver).toEqual([])
})
