import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { closeDatabase, openDatabase, openReader, SqliteLogStore } from '../../src/store/index.ts'
import { openLog } from '../support/open-log.ts'
import { temporaryDirectory } from '../support/temporary.ts'

test('commits are flushed before they return', () => {
  const database = openDatabase(join(temporaryDirectory(), 'egregore.db'))
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
  expect(database.pragma('synchronous', { simple: true })).toBe(2)
  closeDatabase(database)
  closeDatabase(database)
})

test('the store id is 16 hex, stays over restarts, and differs between databases', () => {
  const path = join(temporaryDirectory(), 'egregore.db')
  const ids = [path, path, ':memory:'].map((place) => {
    const database = openDatabase(place)
    const { storeId } = new SqliteLogStore(database, openReader(openDatabase(':memory:')))
    closeDatabase(database)
    return storeId
  })
  expect(ids[0]).toMatch(/^[0-9a-f]{16}$/)
  expect(ids[1]).toBe(ids[0])
  expect(ids[2]).not.toBe(ids[0])
})

test('a database of a newer version is refused and left as it is', () => {
  const directory = temporaryDirectory()
  const path = join(directory, 'egregore.db')
  const database = openDatabase(path)
  database.pragma('user_version = 999')
  database.pragma('journal_mode = DELETE')
  closeDatabase(database)
  const before = readFileSync(path)
  expect(() => openDatabase(path)).toThrow(
    expect.objectContaining({ code: 'STORE_TOO_NEW', message: expect.stringContaining('999') }),
  )
  expect(readFileSync(path).equals(before)).toBe(true)
  expect(readdirSync(directory)).toEqual(['egregore.db'])
})

test('a file that is no database is refused as damaged', () => {
  const path = join(temporaryDirectory(), 'egregore.db')
  writeFileSync(path, 'x'.repeat(8192))
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'STORE_DAMAGED' }))
})

test('a place where no file can be made is refused as unwritable', () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'egregore.db'))
  expect(() => openDatabase(join(directory, 'egregore.db'))).toThrow(
    expect.objectContaining({ code: 'STORE_UNWRITABLE' }),
  )
})

test('a full database refuses with its own code, loses nothing, and goes on when there is room', async () => {
  const { log, database } = openLog({ path: join(temporaryDirectory(), 'egregore.db') })
  await log.publish({ content: 'before' })
  database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`)
  await expect(log.publish({ content: 'x'.repeat(60_000) })).rejects.toMatchObject({ code: 'STORE_FULL' })
  expect(log.counts().messages).toBe(1)
  database.pragma('max_page_count = 1000000')
  await expect(log.publish({ content: 'after' })).resolves.toMatchObject({ sequence: 2 })
})

test('a reader on a file answers rows and errors from beside the main thread', async () => {
  const { log, reader, database } = openLog({ path: join(temporaryDirectory(), 'egregore.db') })
  onTestFinished(() => reader.close())
  await log.publish({ content: 1 })
  expect(await reader.read('SELECT count(*) AS count FROM entries')).toEqual([{ count: 1 }])
  await expect(reader.read('SELECT * FROM nothing')).rejects.toMatchObject({ code: 'STORE_FAILED' })
  await expect(reader.read('DELETE FROM entries')).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' })
  closeDatabase(database)
})

test('the root is the same from a worker as from the connection itself', async () => {
  const onDisk = openLog({ path: join(temporaryDirectory(), 'egregore.db') })
  const inMemory = openLog()
  onTestFinished(() => onDisk.reader.close())
  for (const { log } of [onDisk, inMemory]) await log.publish({ content: 1 })
  expect(Buffer.from((await onDisk.log.root()).root)).toEqual((await inMemory.log.root()).root)
})

test('our own messages are flushed before they are answered, and those of peers a moment later', async () => {
  const { log, database, store } = openLog({ path: join(temporaryDirectory(), 'egregore.db') })
  const flushing = () => database.pragma('synchronous', { simple: true })
  expect(store.transact(flushing)).toBe(2)
  expect(store.transactLazily(flushing)).toBe(1)
  expect(() =>
    store.transactLazily(() => {
      throw new Error('refused')
    }),
  ).toThrow('refused')
  expect(store.transact(flushing)).toBe(2)
  await log.publish({ content: 1 })
  closeDatabase(database)
})

test('a database whose WAL cannot be written back closes, and what was acknowledged is there at the next start', async () => {
  const path = join(temporaryDirectory(), 'egregore.db')
  const first = openLog({ path })
  const pages = first.database.pragma('page_count', { simple: true })
  await first.log.publish({ content: 'kept' })
  first.database.pragma(`max_page_count = ${pages}`)
  closeDatabase(first.database)
  const second = openLog({ path })
  onTestFinished(() => Promise.all([first.reader.close(), second.reader.close()]).then(() => {}))
  expect(second.log.counts().messages).toBe(1)
})
