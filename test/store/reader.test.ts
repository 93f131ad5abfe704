import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { closeDatabase, openDatabase, openReader, SqliteLogStore } from '../../src/store/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Worker } from 'node:worker_threads'
import type { Reader } from '../../src/store/index.ts'

/** Keeps a reader busy until it is ended. */
const ENDLESS = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n'

/** A reader on a file, and the worker behind it. */
async function openOnDisk() {
  const path = join(temporaryDirectory(), 'egregore.db')
  const database = openDatabase(path)
  const started = once(process, 'worker')
  const reader = openReader(database)
  onTestFinished(async () => {
    await reader.close()
    closeDatabase(database)
  })
  const [worker] = (await started) as [Worker]
  return { path, database, reader, worker }
}

test('a read that waits when its worker dies is rejected, and the next one is answered', async () => {
  const { reader, worker } = await openOnDisk()
  const waiting = reader.read(ENDLESS)
  const rejected = expect(waiting).rejects.toMatchObject({ code: 'STORE_FAILED' })
  await worker.terminate()
  await rejected
  expect(await reader.read('SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('a worker that dies again at once rejects what waits', async () => {
  const { reader, worker, database, path } = await openOnDisk()
  await worker.terminate()
  closeDatabase(database)
  rmSync(path)
  await expect(reader.read('SELECT 1')).rejects.toThrow()
  await expect(reader.read('SELECT 1')).rejects.toThrow()
})

test('a closed reader rejects at once', async () => {
  const { reader } = await openOnDisk()
  await reader.close()
  await expect(reader.read('SELECT 1')).rejects.toThrow('closed')
})

test('a root that could not be read is read again', async () => {
  const database = openDatabase(':memory:')
  const real = openReader(database)
  let fails = true
  const reader: Reader = {
    read: (sql, ...parameters) => (fails ? Promise.reject(new Error('no')) : real.read(sql, ...parameters)),
    readInTurn: (queries) => real.readInTurn(queries),
    close: () => real.close(),
  }
  const store = new SqliteLogStore(database, reader)
  await expect(store.root({ without: [] })).rejects.toThrow('no')
  fails = false
  expect(await store.root({ without: [] })).toMatchObject({ count: 0 })
})
