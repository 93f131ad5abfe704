import { join } from 'node:path'
import { expect, test } from 'vitest'
import { closeDatabase, openDatabase, SqliteMailboxStore, StoreError } from '../../../src/store/index.ts'
import { MAILBOX_TABLES } from '../../../src/store/migrations/013-mailbox.ts'
import { openLog } from '../../support/open-log.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

test('a database that takes nothing more is opened all the same, and refuses only what is to be written', () => {
  const { database } = openLog()
  database.pragma('query_only = ON')
  const mailbox = new SqliteMailboxStore(database)
  expect(mailbox.mutes()).toEqual([])
  expect(() => mailbox.mark(['ab'.repeat(32)], 'acknowledged', 2)).toThrow(StoreError)
})

test('each mark is a bit of its block, until it is taken off', async () => {
  const { log, database } = openLog()
  const said = await Promise.all(Array.from({ length: 70 }, (_, at) => log.publish({ content: { at } })))
  const mailbox = new SqliteMailboxStore(database)
  const hashes = (...offsets: number[]) => offsets.map((offset) => said[offset - 1]?.hash ?? expect.fail())
  const blocks = () => database.prepare('SELECT * FROM inbox_blocks').raw().all()
  mailbox.mark(hashes(1, 31, 32, 63), 'read', 1)
  mailbox.mark(hashes(63, 64), 'acknowledged', 2)
  expect(blocks()).toEqual([
    [0, 2 ** 31 + 2, 0],
    [1, 2 ** 31 + 1, 2 ** 31],
    [2, 1, 1],
  ])
  mailbox.unmark(hashes(1, 63, 64))
  expect(blocks()).toEqual([
    [0, 2 ** 31, 0],
    [1, 1, 0],
  ])
})

test('marks by hash, as they were kept before, are carried over; those of messages that are gone are not', async () => {
  const path = join(temporaryDirectory(), 'egregore.db')
  const { log, database } = openLog({ path })
  const said = await Promise.all(Array.from({ length: 33 }, (_, at) => log.publish({ content: { at } })))
  database.exec(
    `DROP TABLE inbox_marks; DROP TABLE inbox_blocks; DROP TABLE mutes; DROP TRIGGER inbox_marks_go; ALTER TABLE entries DROP COLUMN guard;
     DROP INDEX holes_asked_for; CREATE INDEX holes_missing ON holes (feed, first) WHERE reason = 0; PRAGMA user_version = 15`,
  )
  database.exec(MAILBOX_TABLES)
  const mark = database.prepare('INSERT INTO inbox_marks VALUES (unhex(?), ?, ?)')
  mark.run(said[0]?.hash, 1, null)
  mark.run(said[32]?.hash, 2, 3)
  mark.run('ab'.repeat(32), 4, null)
  closeDatabase(database)
  const next = openDatabase(path)
  const rows = (table: string) => next.prepare(`SELECT * FROM ${table}`).raw().all()
  expect(rows('inbox_marks')).toEqual([
    [1, 1, null],
    [33, 2, 3],
  ])
  expect(rows('inbox_blocks')).toEqual([
    [0, 2, 0],
    [1, 2, 2],
  ])
  closeDatabase(next)
})
