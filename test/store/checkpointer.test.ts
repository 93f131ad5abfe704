import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openReadOnly } from '../../src/store/database.ts'
import { Checkpointer, closeDatabase, openDatabase } from '../../src/store/index.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { CheckpointerComponents } from '../../src/store/index.ts'

const MIB = 1024 * 1024

function opened({ startWorker }: Pick<CheckpointerComponents, 'startWorker'> = {}) {
  const database = openDatabase(join(temporaryDirectory(), 'egregore.db'))
  // Nothing here is about power cuts, and a disk under load takes long to flush a hundred megabytes.
  database.pragma('synchronous = OFF')
  const said: string[] = []
  const say = (_: object, message: string) => said.push(message)
  const logger = { info: say, warn: say }
  const checkpointer = new Checkpointer(database, { logger, ...(startWorker !== undefined && { startWorker }) })
  onTestFinished(async () => {
    await checkpointer.close()
    await checkpointer.close()
    closeDatabase(database)
  })
  database.exec('CREATE TABLE filler (bytes BLOB)')
  const fill = database.prepare('INSERT INTO filler VALUES (randomblob(100000))')
  const write = () => fill.run()
  const walBytes = () => statSync(`${database.name}-wal`).size
  return { database, checkpointer, said, write, walBytes }
}

test('under constant writing the WAL begins anew, again and again', async () => {
  const { write, walBytes } = opened()
  let beginnings = 0
  for (let before = 0; beginnings < 2; before = walBytes()) {
    write()
    if (walBytes() < before) beginnings++
    await nextTurn()
  }
  expect(walBytes()).toBeLessThan(32 * MIB)
})

test('whoever can wait does so while the WAL is long, and may write again when it was written back to its end', async () => {
  const { checkpointer, write, walBytes } = opened()
  await checkpointer.calm()
  let hasWaited = false
  const waited = eventually(async () => {
    const calm = checkpointer.calm().then(() => true)
    hasWaited = !(await Promise.race([calm, nextTurn(false)]))
    expect(hasWaited).toBe(true)
    await calm
  })
  while (!hasWaited) {
    write()
    await nextTurn()
  }
  await waited
  const before = walBytes()
  write()
  expect(walBytes()).toBeLessThan(before)
})

test('a long WAL is cut back once it was written back and writing goes on', async () => {
  const { write, walBytes } = opened()
  while (walBytes() < 6 * MIB) write()
  await eventually(() => {
    write()
    expect(walBytes()).toBeLessThanOrEqual(4 * MIB + 200_000)
  })
})

test('a WAL that cannot be written back ends nothing, and is written back as soon as it can be', async () => {
  const { database, checkpointer, write, walBytes } = opened()
  const reader = openReadOnly(database.name)
  onTestFinished(() => void reader.close())
  // Whoever reads keeps the worker from the end; and in a transaction SQLite refuses, as it does on a full disk.
  reader.exec('BEGIN; SELECT count(*) FROM filler')
  while (walBytes() <= 33 * MIB) write()
  database.exec('BEGIN IMMEDIATE')
  const pragma = vi.spyOn(database, 'pragma')
  await eventually(() => expect(pragma.mock.results).toContainEqual(expect.objectContaining({ type: 'throw' })))
  database.exec('COMMIT')
  reader.exec('COMMIT')
  await checkpointer.calm()
  await eventually(() => {
    write()
    expect(walBytes()).toBeLessThanOrEqual(4 * MIB + 200_000)
  })
})

const DYING: readonly (readonly [what: string, start: () => Worker, why: RegExp])[] = [
  ['dies each time', () => new Worker('throw new Error("no memory for it")', { eval: true }), /no memory for it/],
  ['ends without a word', () => new Worker('process.exit(0)', { eval: true }), /ended/],
  ['cannot be started', refuse, /no thread is left/],
  ['cannot write back', () => new Worker(DISK_FAILS, { eval: true }), /disk I.O error/],
]

const DISK_FAILS = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', () => parentPort.postMessage({ error: 'disk I/O error' }))`

function refuse(): Worker {
  throw new Error('no thread is left')
}

test.each(DYING)('a worker that %s is told once, ends nothing, and keeps the WAL bounded', async (_, start, why) => {
  const { checkpointer, said, write, walBytes } = opened({ startWorker: start })
  while (walBytes() <= 33 * MIB) write()
  await eventually(() => expect(checkpointer.failure).toMatch(why))
  await checkpointer.calm()
  await eventually(() => {
    write()
    expect(walBytes()).toBeLessThan(33 * MIB)
  })
  expect(said).toEqual(['the WAL cannot be written back and grows; this is tried again'])
})

test('a worker that can be had again writes back, and says so', async () => {
  let failures = 2
  const { checkpointer, said, write, walBytes } = opened({
    startWorker: (path) => (failures-- > 0 ? refuse() : new Worker(CHECKPOINT_WORKER, { workerData: path })),
  })
  while (walBytes() < 6 * MIB) write()
  await eventually(() => expect(checkpointer.failure).toBeDefined())
  await eventually(() => expect(checkpointer.failure).toBeUndefined())
  expect(said.at(-1)).toBe('the WAL is written back again')
})

const CHECKPOINT_WORKER = new URL('../../src/store/checkpoint-worker.ts', import.meta.url)
