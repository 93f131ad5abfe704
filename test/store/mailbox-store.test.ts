import { expect, test } from 'vitest'
import { openDatabase, SqliteMailboxStore, StoreError } from '../../src/store/index.ts'

const HASH = 'ab'.repeat(32)

test('marks of messages that are gone are taken away when it is opened', () => {
  const database = openDatabase(':memory:')
  const marks = database.prepare('SELECT count(*) FROM inbox_marks').pluck()
  new SqliteMailboxStore(database).mark([HASH], 'read', 1)
  expect(marks.get()).toBe(1)
  expect(new SqliteMailboxStore(database).mutes()).toEqual([])
  expect(marks.get()).toBe(0)
})

test('a database that takes nothing more is opened all the same, and refuses only what is to be written', () => {
  const database = openDatabase(':memory:')
  new SqliteMailboxStore(database).mark([HASH], 'read', 1)
  database.pragma('query_only = ON')
  const mailbox = new SqliteMailboxStore(database)
  expect(mailbox.mutes()).toEqual([])
  expect(() => mailbox.mark([HASH], 'acknowledged', 2)).toThrow(StoreError)
})
