import { expect, onTestFinished, test, vi } from 'vitest'
import { openProjections, ProjectionRunner, projectionsOn } from '../../src/projections/index.ts'
import { SqliteCursorStore } from '../../src/store/index.ts'
import { insights } from '../support/feeds.ts'
import { openLog } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'

/** Projections that stand at the start of the log, and the offsets that are waited for. */
async function openStanding(messages: number, error?: string) {
  const opened = openLog()
  const { log, database, clock } = opened
  const cursors = new SqliteCursorStore(database)
  const runner = new ProjectionRunner({ log, cursors, projections: projectionsOn(database), logger: SILENT })
  runner.start()
  const [first, ...others] = runner.states()
  const standing = first && error !== undefined ? [{ ...first, error }, ...others] : runner.states()
  await runner.stop()
  const awaited: number[] = []
  const settled = async (offset: number) => {
    awaited.push(offset)
  }
  const folding = { start: () => {}, stop: async () => {}, states: () => standing, settled, moved: async () => {} }
  const projections = openProjections({ ...opened, folding, clock: () => clock.now })
  await Promise.all(insights(messages).map((draft) => log.publish(draft)))
  return { projections, awaited }
}

test('a question waits for what was appended before it, as long as that is not more than 512 entries', async () => {
  const { projections, awaited } = await openStanding(512)
  await projections.list({ limit: 1, offset: 0 })
  expect(awaited).toEqual([512])
})

test('a question does not wait when folding is further behind', async () => {
  const { projections, awaited } = await openStanding(513)
  expect(await projections.list({ limit: 1, offset: 0 })).toMatchObject({ messages: [] })
  expect(awaited).toEqual([])
})

test.each([
  ['64 entries are waited for with patience, because they come soon', 64, undefined, 1_000],
  ['more are not', 65, undefined, 25],
  ['nor are few, while one that folds is in trouble', 1, 'the disk is full', 25],
])('%s', async (_, messages, error, patienceMs) => {
  const { projections } = await openStanding(messages, error)
  const timeout = vi.spyOn(AbortSignal, 'timeout')
  onTestFinished(() => timeout.mockRestore())
  await projections.list({ limit: 1, offset: 0 })
  expect(timeout.mock.calls).toEqual([[patienceMs]])
})
