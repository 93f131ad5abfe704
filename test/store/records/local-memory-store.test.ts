// What is left on the disk of local memories that are gone.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localRecordOf } from '../../../src/memory/local-record.ts'
import { closeDatabase, openDatabase, openReader, SqliteLocalMemoryStore } from '../../../src/store/index.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import type { LocalMemoryStore } from '../../../src/memory/index.ts'

/** As its stem stands in an index. */
const PLANTED = 'zyxwplant'
const NOW = 1_000

const record = (text: string, expiresAt?: string) =>
  localRecordOf({ content: { type: 'memory', category: 'global', content: text }, expiresAt })

/** The files in which some text stands once the database is closed. */
async function filesWith(text: string, work: (store: LocalMemoryStore) => void): Promise<string[]> {
  const directory = temporaryDirectory()
  const database = openDatabase(join(directory, 'egregore.db'))
  const reader = openReader(database)
  const store = new SqliteLocalMemoryStore(database, reader)
  for (let at = 0; at < 20; at++) store.add(record(`an ordinary note, number ${at}`), NOW)
  work(store)
  await reader.close()
  closeDatabase(database)
  return readdirSync(directory).filter((name) => readFileSync(join(directory, name)).includes(text))
}

const SECRET = `the ${PLANTED}ed password`

test('of one that is kept its words stand in the file, as this test looks for them', async () => {
  expect(await filesWith(PLANTED, (store) => store.add(record(SECRET), NOW))).toEqual(['egregore.db'])
})

test.each<[string, (store: LocalMemoryStore) => void]>([
  ['removed', (store) => store.remove(store.add(record(SECRET), NOW).number)],
  ['corrected', (store) => store.replace(store.add(record(SECRET), NOW).number, record('nothing'), NOW)],
  [
    'expired and swept',
    (store) => {
      store.add(record(SECRET, '1970-01-01T00:00:02Z'), NOW)
      store.removeExpired(2_000, 10)
    },
  ],
])('of one that was %s no word is left in the file', async (_, work) => {
  expect(await filesWith(PLANTED, work)).toEqual([])
})
