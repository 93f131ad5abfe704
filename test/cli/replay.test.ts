import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Progress } from '../../src/cli/progress.ts'
import { REPLAYED_MIN, showReplay } from '../../src/cli/replay.ts'
import { openProjections, ProjectionRunner, projectionsOn } from '../../src/projections/index.ts'
import { SqliteCursorStore } from '../../src/store/index.ts'
import { sealedFeeds } from '../bench/support/sealed-feeds.ts'
import { DATABASE_FILE, fillLog } from '../bench/support/stored-log.ts'
import { openLog } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Logger } from '../../src/logger.ts'

/** Projections that have so many messages to read as soon as they are started, and what is shown of it. */
async function openReplay(messages: number) {
  const directory = temporaryDirectory()
  await fillLog(directory, sealedFeeds({ messages, authors: 10, signatures: 'made up', seed: 1 }), () => {})
  const opened = openLog({ path: join(directory, DATABASE_FILE) })
  const { log, database, clock } = opened
  const said: [object, string][] = []
  const say = (facts: object, message: string) => void said.push([facts, message])
  const logger: Logger = { debug: say, info: say, warn: say, error: say }
  const cursors = new SqliteCursorStore(database)
  const folding = new ProjectionRunner({ log, cursors, projections: projectionsOn(database), logger })
  const projections = openProjections({ ...opened, folding, clock: () => clock.now })
  onTestFinished(() => projections.stop())
  const written: string[] = []
  const write = (text: unknown) => written.push(String(text)) > 0
  const progress = new Progress({ isQuiet: false, stream: { isTTY: true, columns: 100, write } })
  const ending = new AbortController()
  return { projections, said, written, ending, components: { projections, progress, logger, signal: ending.signal } }
}

test('a log that is read again is shown from its beginning to its end, and leaves two lines in the log', async () => {
  const { projections, said, written, components } = await openReplay(REPLAYED_MIN)
  const shown = showReplay(components)
  await projections.start()
  await shown
  expect(written[0]).toBe('\u001b[J[--------------------] replay: 0/10,000, 10,000 left, 0/s\n')
  expect(written.at(-1)).toBe('\u001b[1A\u001b[J')
  expect(said).toEqual([
    [{ projection: 'timeline', entries: 10_000 }, 'the log is read again; answers lack what is not read yet'],
    [{ entries: 10_000 }, 'the log is read'],
  ])
  expect(projections.states().map(({ lag }) => lag)).toEqual(projections.states().map(() => 0))
})

test('a node that is told to stop before the end does not say that the log is read', async () => {
  const { said, written, ending, components } = await openReplay(REPLAYED_MIN)
  const shown = showReplay(components)
  ending.abort()
  await shown
  expect(written.at(-1)).toBe('\u001b[1A\u001b[J')
  expect(said).toHaveLength(1)
})

test('less is read before anybody wonders', async () => {
  const { said, written, components } = await openReplay(REPLAYED_MIN - 1)
  await showReplay(components)
  expect([...said, ...written]).toEqual([])
})
