import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ProjectionRunner, projectionsOn } from '../../../src/projections/index.ts'
import {
  closeDatabase,
  inspectLogFile,
  inspectProjectionsFile,
  openProjectionDatabase,
  prepareProjectionDatabase,
  SqliteCursorStore,
} from '../../../src/store/index.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog } from '../../support/open-log.ts'
import { SILENT } from '../../support/open-network.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import type { Connection } from '../../../src/store/index.ts'

const NOW_OR_NEVER = () => new AbortController().signal

/** A log on disk with five messages of another author, changed as a fault would change it. */
async function logWith(change = '', ...parameters: unknown[]) {
  const directory = temporaryDirectory()
  const paths = { database: join(directory, 'egregore.db'), projections: join(directory, 'projections.db') }
  const opened = openLog({ path: paths.database })
  onTestFinished(async () => {
    await opened.reader.close()
    closeDatabase(opened.database)
  })
  await opened.log.ingest(chainOf(identityOf(9), insights(5)).map(itemOf), 'peer')
  if (change !== '') opened.database.prepare(change).run(...parameters)
  return { ...opened, paths }
}

describe('the log', () => {
  test('a log that is whole is found so, also while somebody writes to it', async () => {
    const { paths, log } = await logWith()
    expect(await inspectLogFile(paths.database, NOW_OR_NEVER())).toEqual({
      damage: [],
      messages: 5,
      rehashed: 5,
      broken: [],
    })
    expect(await log.publish({ content: { type: 'after' } })).toMatchObject({ sequence: 1 })
  })

  test.each([
    [
      'a text that was changed',
      "UPDATE entries SET text = replace(text, 'insight', 'insigth') WHERE sequence = 3",
      'hash',
    ],
    ['a signature that was changed', 'UPDATE entries SET signature = zeroblob(64) WHERE sequence = 3', 'signature'],
  ])('%s is found', async (_, change, why) => {
    const { paths } = await logWith(change)
    const { broken } = await inspectLogFile(paths.database, NOW_OR_NEVER())
    expect(broken).toContainEqual({ author: identityOf(9).author, sequence: 3, why })
  })

  test('a message that stands in the place of another is found', async () => {
    const [other] = chainOf(
      identityOf(9),
      insights(1).map((draft) => ({ ...draft, tags: ['other'] })),
    )
    const { paths } = await logWith(
      'UPDATE entries SET text = ?, hash = ?, signature = ? WHERE sequence = 1',
      other?.text,
      Buffer.from(other?.hash ?? '', 'hex'),
      other?.signature,
    )
    const { broken } = await inspectLogFile(paths.database, NOW_OR_NEVER())
    expect(broken).toEqual([{ author: identityOf(9).author, sequence: 2, why: 'link' }])
  })

  test('a file that was cut is damaged', async () => {
    const { paths, database } = await logWith()
    database.pragma('wal_checkpoint(TRUNCATE)')
    truncateSync(paths.database, 12_288)
    await expect(inspectLogFile(paths.database, NOW_OR_NEVER())).rejects.toThrow(/damaged|malformed|disk image/)
  })

  test('a file that is no database is named', async () => {
    const path = join(temporaryDirectory(), 'egregore.db')
    writeFileSync(path, 'not a database'.repeat(1_000))
    await expect(inspectLogFile(path, NOW_OR_NEVER())).rejects.toThrow(`The database ${path} is damaged`)
  })

  test('time ends it', async () => {
    const { paths } = await logWith()
    await expect(inspectLogFile(paths.database, AbortSignal.timeout(1))).rejects.toThrow(/abort/)
  })
})

describe('the projections', () => {
  async function folded(change?: (database: Connection) => void) {
    const opened = await logWith()
    const { log, store, paths } = opened
    prepareProjectionDatabase(paths.projections, { storeId: store.storeId, end: store.cursor().offset })
    const database = openProjectionDatabase(paths.projections)
    onTestFinished(() => closeDatabase(database))
    const cursors = new SqliteCursorStore(database)
    const runner = new ProjectionRunner({ log, cursors, projections: projectionsOn(database), logger: SILENT })
    void runner.start()
    await runner.settled(log.cursor().offset)
    await runner.stop()
    change?.(database)
    return opened
  }

  test('those in step with the log are found so', async () => {
    const { paths } = await folded()
    expect(await inspectProjectionsFile(paths, NOW_OR_NEVER())).toEqual({
      isOfThisLog: true,
      damage: [],
      lag: 0,
      messages: { inLog: 5, listed: 5, indexed: 5 },
    })
  })

  test('what was appended since lags', async () => {
    const { paths, log } = await folded()
    await log.publish({ content: { type: 'after' } })
    expect(await inspectProjectionsFile(paths, NOW_OR_NEVER())).toMatchObject({ lag: 1 })
  })

  test('a row that the index alone has, one that is missing, and another log are found', async () => {
    const orphan = await folded((database) =>
      database.exec('DROP TRIGGER search_removed; DELETE FROM search_messages WHERE offset = 1'),
    )
    expect(await inspectProjectionsFile(orphan.paths, NOW_OR_NEVER())).toMatchObject({
      messages: { listed: 4, indexed: 5 },
    })
    const missing = await folded((database) => database.exec('DELETE FROM search_messages WHERE offset = 1'))
    expect(await inspectProjectionsFile(missing.paths, NOW_OR_NEVER())).toMatchObject({
      messages: { inLog: 5, listed: 4 },
    })
    const foreign = await folded((database) => database.exec("UPDATE folded SET store = 'another'"))
    expect(await inspectProjectionsFile(foreign.paths, NOW_OR_NEVER())).toMatchObject({ isOfThisLog: false })
  })
})
