import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { openProjections, WorkerFolding } from '../../src/projections/index.ts'
import { Search } from '../../src/projections/search.ts'
import { closeDatabase, openProjectionDatabase, openReader, prepareProjectionDatabase } from '../../src/store/index.ts'
import { eventually } from '../support/eventually.ts'
import { openLog } from '../support/open-log.ts'
import { SILENT } from '../support/open-network.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Projections } from '../../src/projections/index.ts'
import type { OpenLog } from '../support/open-log.ts'

interface OnDisk extends OpenLog {
  projections: Projections
  file: string
  /** Those that were started, the latest last. */
  threads: Worker[]
  /** What was logged as an error. */
  errors: string[]
  /** How often no thread can be started from now on. */
  refusing: { times: number }
  publish(count: number): Promise<unknown>
  total(): Promise<number | undefined>
}

/** A log in a file, and projections that a thread folds beside it. */
function openOnDisk(): OnDisk {
  const directory = temporaryDirectory()
  const [path, file] = [join(directory, 'egregore.db'), join(directory, 'projections.db')]
  const opened = openLog({ path })
  const { log, store, database } = opened
  prepareProjectionDatabase(file, { storeId: store.storeId, end: log.cursor().offset })
  const reader = openReader(database, file)
  const threads: Worker[] = []
  const errors: string[] = []
  const refusing = { times: 0 }
  const startWorker = (): Worker => {
    if (refusing.times-- > 0) throw new Error('no thread is left')
    const workerData = { database: path, projections: file }
    const thread = new Worker(new URL('../../src/folding-thread.ts', import.meta.url), { workerData })
    threads.push(thread)
    return thread
  }
  const logger = { ...SILENT, error: (_: object, message: string) => errors.push(message) }
  const folding = new WorkerFolding({ log, startWorker, logger })
  const projections = openProjections({ log, reader, folding, clock: () => opened.clock.now })
  onTestFinished(async () => {
    await projections.stop()
    await Promise.all([reader.close(), opened.reader.close()])
    closeDatabase(database)
  })
  return {
    ...opened,
    projections,
    file,
    threads,
    errors,
    refusing,
    publish: (count) =>
      Promise.all(Array.from({ length: count }, (_, index) => log.publish({ content: `note ${index}` }))),
    total: async () => (await projections.list({ limit: 1, offset: 0 })).total,
  }
}

test('a message that became whole while nobody folded is folded by the next thread', async () => {
  const { database, projections, publish, threads, total } = openOnDisk()
  await publish(3)
  database.exec("UPDATE entries SET text = replace(text, 'note 1', 'note 2') WHERE offset = 2")
  await projections.start()
  await projections.settled(3)
  expect(await total()).toBe(2)
  database.exec("UPDATE entries SET text = replace(text, 'note 2', 'note 1') WHERE offset = 2")
  await threads.at(-1)?.terminate()
  await eventually(async () => expect(await total()).toBe(3))
})

test('what was there before and what comes is folded, and settled says when', async () => {
  const { log, projections, publish, total } = openOnDisk()
  await publish(3)
  await projections.start()
  await projections.settled(3)
  expect(await total()).toBe(3)
  await publish(200)
  await projections.settled(log.cursor().offset)
  expect(await total()).toBe(203)
  expect(projections.states()).toEqual([
    { name: 'timeline', offset: 203, lag: 0 },
    { name: 'search', offset: 203, lag: 0 },
    { name: 'things', offset: 203, lag: 0 },
    { name: 'stances', offset: 203, lag: 0 },
    { name: 'profiles', offset: 203, lag: 0 },
    { name: 'mail', offset: 203, lag: 0 },
  ])
})

test('without anybody waiting, new entries are folded by themselves', async () => {
  const { projections, publish, total } = openOnDisk()
  await projections.start()
  await publish(5)
  await eventually(async () => expect(await total()).toBe(5))
})

test('a thread that dies is followed by another, which goes on where the tables stand', async () => {
  const { projections, publish, total, threads, errors } = openOnDisk()
  await projections.start()
  await publish(3)
  await projections.settled(3)
  await threads[0]?.terminate()
  expect(projections.states()[0]?.error).toBe('The thread that folds the log ended by itself.')
  expect(errors).toEqual(['the thread that folds the log ended'])
  await publish(3)
  await projections.settled(6)
  expect(threads).toHaveLength(2)
  expect(await total()).toBe(6)
  expect(projections.states()[0]).toEqual({ name: 'timeline', offset: 6, lag: 0 })
})

test('where no thread can be started in its place, that is tried again', async () => {
  const { projections, publish, threads, errors, refusing } = openOnDisk()
  await projections.start()
  refusing.times = 1
  await threads[0]?.terminate()
  await publish(1)
  await projections.settled(1)
  expect(threads).toHaveLength(2)
  expect(errors).toHaveLength(2)
})

test('a projection that throws there stops alone, says why, and is not waited for', async () => {
  const { projections, publish, file, errors, total } = openOnDisk()
  const database = openProjectionDatabase(file)
  // A cursor of the right version, and no tables.
  database.prepare(`INSERT INTO cursors VALUES ('search', ?, 0)`).run(new Search(database).version)
  database.close()
  await projections.start()
  await publish(2)
  await projections.settled(2)
  expect(await total()).toBe(2)
  expect(projections.states()).toEqual([
    { name: 'timeline', offset: 2, lag: 0 },
    { name: 'search', offset: 0, lag: 2, error: expect.stringContaining('no such table') },
    { name: 'things', offset: 2, lag: 0 },
    { name: 'stances', offset: 2, lag: 0 },
    { name: 'profiles', offset: 2, lag: 0 },
    { name: 'mail', offset: 2, lag: 0 },
  ])
  expect(errors).toEqual(['projection stopped; others go on'])
})

test('starting fails with the reason when the thread cannot open its files', async () => {
  const { log } = openLog()
  const workerData = { database: '/nowhere/egregore.db', projections: '/nowhere/projections.db' }
  const startWorker = () => new Worker(new URL('../../src/folding-thread.ts', import.meta.url), { workerData })
  const folding = new WorkerFolding({ log, startWorker, logger: SILENT })
  await expect(folding.start()).rejects.toThrow(/directory does not exist|cannot be written/)
  await folding.stop()
})

test('stopping twice is safe, and nobody waits for what is folded no more', async () => {
  const { projections } = openOnDisk()
  await projections.start()
  await Promise.all([projections.stop(), projections.stop()])
  await projections.settled(1_000)
})

test('a thread that does not come to its end keeps nobody from stopping', async () => {
  const { log } = openLog()
  const deaf = new Worker(
    "require('node:worker_threads').parentPort.postMessage({ type: 'started' }); setInterval(() => {}, 1e6)",
    {
      eval: true,
    },
  )
  const folding = new WorkerFolding({ log, startWorker: () => deaf, logger: SILENT })
  await folding.start()
  const ended = once(deaf, 'exit')
  await folding.stop()
  await ended
})
