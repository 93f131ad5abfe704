import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openReadOnly } from '../../src/store/database.ts'
import { Checkpointer, closeDatabase, openDatabase } from '../../src/store/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const MIB = 1024 * 1024

function opened() {
  const database = openDatabase(join(temporaryDirectory(), 'egregore.db'))
  // Nothing here is about power cuts, and a disk under load takes long to flush a hundred megabytes.
  database.pragma('synchronous = OFF')
  const checkpointer = new Checkpointer(database)
  onTestFinished(async () => {
    await checkpointer.close()
    await checkpointer.close()
    closeDatabase(database)
  })
  database.exec('CREATE TABLE filler (bytes BLOB)')
  const fill = database.prepare('INSERT INTO filler VALUES (randomblob(100000))')
  const write = () => fill.run()
  const walBytes = () => statSync(`${database.name}-wal`).size
  return { database, checkpointer, write, walBytes }
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
  const waited = vi.waitFor(
    async () => {
      const calm = checkpointer.calm().then(() => true)
      hasWaited = !(await Promise.race([calm, nextTurn(false)]))
      expect(hasWaited).toBe(true)
      await calm
    },
    { timeout: 20_000, interval: 1 },
  )
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
  await vi.waitFor(
    () => {
      write()
      expect(walBytes()).toBeLessThanOrEqual(4 * MIB + 200_000)
    },
    { timeout: 20_000, interval: 100 },
  )
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
  await vi.waitFor(() => expect(pragma.mock.results).toContainEqual(expect.objectContaining({ type: 'throw' })), 20_000)
  database.exec('COMMIT')
  reader.exec('COMMIT')
  await checkpointer.calm()
  await vi.waitFor(
    () => {
      write()
      expect(walBytes()).toBeLessThanOrEqual(4 * MIB + 200_000)
    },
    { timeout: 20_000, interval: 100 },
  )
})
