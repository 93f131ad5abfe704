import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  closeDatabase,
  holdPublishing,
  holdWithoutLog,
  loadIdentity,
  openDatabase,
  releasePublishing,
} from '../../src/store/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'

function directory() {
  const data = temporaryDirectory()
  return { database: join(data, 'egregore.db'), identity: join(data, 'identity') }
}

/** Whether publishing waits, as the store has it. */
function isHeld(path: string): boolean {
  const database = openDatabase(path)
  const value = database.prepare("SELECT value FROM settings WHERE name = 'rolled_back'").pluck().get()
  closeDatabase(database)
  return value === 1 || value === '1'
}

test('a first start is none whose log was lost', () => {
  const { database, identity } = directory()
  expect(holdWithoutLog(database, identity)).toBe(false)
  expect(existsSync(database)).toBe(false)
})

test('a first start that was cut short between database and key, or behind the key, waits for nobody', () => {
  const { database, identity } = directory()
  closeDatabase(openDatabase(database))
  expect(holdWithoutLog(database, identity)).toBe(false)
  loadIdentity(identity)
  expect(holdWithoutLog(database, identity)).toBe(false)
  expect(isHeld(database)).toBe(false)
})

test.each(['missing', 'empty'])('a key beside a database that is %s has a store that waits', (how) => {
  const { database, identity } = directory()
  loadIdentity(identity)
  if (how === 'empty') writeFileSync(database, '')
  expect(holdWithoutLog(database, identity)).toBe(true)
  expect(isHeld(database)).toBe(true)
  expect(holdWithoutLog(database, identity)).toBe(false)
})

test('so has an encrypted one, whatever the database left behind', () => {
  const { database, identity } = directory()
  loadIdentity(identity, { passphrase: 'open sesame', cost: { memoryKib: 8, passes: 1 } })
  for (const rest of ['-wal', '-shm', '.part', '.part-wal']) writeFileSync(database + rest, 'what a crash left')
  expect(holdWithoutLog(database, identity)).toBe(true)
  expect(isHeld(database)).toBe(true)
})

test('what waits is released by whoever knows better, and held again', () => {
  const { database } = directory()
  holdPublishing(database)
  releasePublishing(database)
  expect(isHeld(database)).toBe(false)
  holdPublishing(database)
  expect(isHeld(database)).toBe(true)
})
