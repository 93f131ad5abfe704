import { expect, test } from 'vitest'
import { SqliteMailboxStore, StoreError } from '../../src/store/index.ts'
import { openLog } from '../support/open-log.ts'

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
