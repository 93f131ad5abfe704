import { join } from 'node:path'
import { expect, test } from 'vitest'
import { closeDatabase, openDatabase, SqliteSelectionStore } from '../../../src/store/index.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

test('values of each list come in the order in which they were added, each once', () => {
  const selections = new SqliteSelectionStore(openDatabase(':memory:'))
  selections.add('topic', 'b', 1)
  selections.add('topic', 'a', 2)
  selections.add('topic', 'b', 3)
  selections.add('follow', 'b', 4)
  expect([selections.values('topic'), selections.values('follow')]).toEqual([['b', 'a'], ['b']])
  selections.remove('topic', 'b')
  selections.remove('topic', 'unknown')
  expect([selections.values('topic'), selections.values('follow')]).toEqual([['a'], ['b']])
})

test('what was added is there after a restart', () => {
  const path = join(temporaryDirectory(), 'egregore.db')
  const database = openDatabase(path)
  new SqliteSelectionStore(database).add('block', 'somebody', 1)
  closeDatabase(database)
  const again = openDatabase(path)
  expect(new SqliteSelectionStore(again).values('block')).toEqual(['somebody'])
  closeDatabase(again)
})

test('a database that refuses is a StoreError', () => {
  const database = openDatabase(':memory:')
  const selections = new SqliteSelectionStore(database)
  database.pragma('query_only = ON')
  expect(() => selections.add('topic', 'a', 1)).toThrow(expect.objectContaining({ name: 'StoreError' }))
  expect(() => selections.remove('topic', 'a')).toThrow(expect.objectContaining({ name: 'StoreError' }))
})
