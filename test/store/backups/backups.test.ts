import { closeSync, openSync, readdirSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { Backups, closeDatabase, finishRestore, openDatabase, restoreDatabase } from '../../../src/store/index.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog, TEST_NOW } from '../../support/open-log.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

/** A log on disk with some messages, and the backups of it. */
async function opened() {
  const directory = temporaryDirectory()
  const path = join(directory, 'egregore.db')
  const node = openLog({ path })
  onTestFinished(async () => {
    await node.reader.close()
    closeDatabase(node.database)
  })
  await node.log.publish({ content: 'ours' })
  await node.log.ingest(chainOf(identityOf(9), insights(20)).map(itemOf), 'peer')
  const backups = new Backups(node.database, join(directory, 'backups'), () => TEST_NOW)
  onTestFinished(() => backups.close())
  return { ...node, backups, directory, path }
}

/** The log in a restored database. */
function reopened(path: string) {
  const node = openLog({ path })
  onTestFinished(async () => {
    await node.reader.close()
    closeDatabase(node.database)
  })
  return node
}

function refusal(code: string) {
  return expect.objectContaining({ code })
}

test('a backup holds what was committed when it began, and says where it is', async () => {
  const { log, backups, directory } = await opened()
  const making = backups.make()
  const late = await log.publish({ content: 'while it was made' })
  const { path, bytes, madeAt } = await making
  expect({ path, madeAt }).toEqual({ path: join(directory, 'backups', '2026-01-01T00-00-00Z'), madeAt: TEST_NOW })
  expect(bytes).toBeGreaterThan(0)
  const target = join(temporaryDirectory(), 'egregore.db')
  restoreDatabase(path, target, { offline: true })
  const restored = reopened(target)
  expect(restored.log.counts().messages).toBeGreaterThanOrEqual(21)
  expect(late.sequence).toBe(2)
})

test('one backup at a time', async () => {
  const { backups } = await opened()
  const making = backups.make()
  await expect(backups.make()).rejects.toMatchObject({ code: 'STORE_BACKUP_RUNNING' })
  await making
})

test('a backup that is cut short leaves nothing under its name', async () => {
  const { backups, directory } = await opened()
  const making = backups.make()
  await Promise.all([expect(making).rejects.toMatchObject({ code: 'STORE_FAILED' }), backups.close()])
  expect(readdirSync(join(directory, 'backups'))).toEqual([])
})

test('what a killed process left of a backup is refused by a restore, and removed by the next backup', async () => {
  const { backups, directory } = await opened()
  const { path } = await backups.make()
  const left = join(directory, 'backups', '2025-12-31T00-00-00Z.part')
  renameSync(path, left)
  const target = join(temporaryDirectory(), 'egregore.db')
  expect(() => restoreDatabase(left, target, { offline: true })).toThrow(refusal('STORE_BACKUP_MISSING'))
  expect(() => restoreDatabase(`${left}/`, target, { offline: true })).toThrow(refusal('STORE_BACKUP_MISSING'))
  await backups.make()
  expect(readdirSync(join(directory, 'backups'))).toEqual(['2026-01-01T00-00-00Z'])
})

test('a place that cannot be written is named', async () => {
  const { database } = await opened()
  const file = join(temporaryDirectory(), 'file')
  writeFileSync(file, '')
  await expect(new Backups(database, file, () => TEST_NOW).make()).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' })
})

test('a restored store has another id, and publishes only when a peer has told what it holds', async () => {
  const { backups, log } = await opened()
  const { path } = await backups.make()
  const target = join(temporaryDirectory(), 'egregore.db')
  restoreDatabase(path, target, { offline: false })
  const restored = reopened(target)
  expect(restored.log.storeId).not.toBe(log.storeId)
  await expect(restored.log.publish({ content: 1 })).rejects.toMatchObject({ code: 'LOG_ROLLED_BACK' })
  restored.log.ownFeed.fetchedFrom('peer')
  await expect(restored.log.publish({ content: 1 })).resolves.toMatchObject({ sequence: 2 })
})

test('with the word that no peer holds more, it publishes at once', async () => {
  const { backups } = await opened()
  const { path } = await backups.make()
  const target = join(temporaryDirectory(), 'egregore.db')
  restoreDatabase(path, target, { offline: true })
  await expect(reopened(target).log.publish({ content: 1 })).resolves.toMatchObject({ sequence: 2 })
})

test('a database that stands in the way is refused, or moved aside', async () => {
  const { backups } = await opened()
  const { path } = await backups.make()
  const directory = temporaryDirectory()
  const target = join(directory, 'egregore.db')
  closeDatabase(openDatabase(target))
  expect(() => restoreDatabase(path, target, { offline: true })).toThrow(refusal('STORE_OCCUPIED'))
  restoreDatabase(path, target, { offline: true, replaced: join(directory, 'replaced') })
  expect(readdirSync(join(directory, 'replaced'))).toEqual(['egregore.db'])
  expect(reopened(target).log.counts().messages).toBe(21)
})

test('a restore that was cut short when its copy was whole is finished by the next start', async () => {
  const { backups } = await opened()
  const { path } = await backups.make()
  const directory = temporaryDirectory()
  const target = join(directory, 'egregore.db')
  restoreDatabase(path, target, { offline: true })
  renameSync(target, `${target}.restored`)
  writeFileSync(`${target}-wal`, 'of the database before')
  finishRestore(target)
  expect(readdirSync(directory)).toEqual(['egregore.db'])
  await expect(reopened(target).log.publish({ content: 1 })).resolves.toMatchObject({ sequence: 2 })
})

test('a restore that was cut short before it took anything away has not happened', async () => {
  const directory = temporaryDirectory()
  const target = join(directory, 'egregore.db')
  closeDatabase(openDatabase(target))
  writeFileSync(`${target}.restored`, 'another')
  finishRestore(target)
  expect(readdirSync(directory)).toEqual(['egregore.db'])
  expect(reopened(target).log.counts().messages).toBe(0)
})

test('a damaged backup is refused, and nothing stands in its place', async () => {
  const { backups } = await opened()
  const { path } = await backups.make()
  damage(join(path, 'egregore.db'))
  const directory = temporaryDirectory()
  const message = `The backup ${join(path, 'egregore.db')} is damaged, so that nothing was changed. Restore another one.`
  expect(() => restoreDatabase(path, join(directory, 'egregore.db'), { offline: true })).toThrow(
    expect.objectContaining({ code: 'STORE_DAMAGED', message }),
  )
  expect(readdirSync(directory)).toEqual([])
})

test('no backup, and one of another program, are refused', () => {
  const target = join(temporaryDirectory(), 'egregore.db')
  expect(() => restoreDatabase(temporaryDirectory(), target, { offline: true })).toThrow(
    refusal('STORE_BACKUP_MISSING'),
  )
  const foreign = join(temporaryDirectory(), 'egregore.db')
  new Database(foreign).exec('CREATE TABLE messages (raw_json TEXT)').close()
  expect(() => restoreDatabase(foreign, target, { offline: true })).toThrow(refusal('STORE_FOREIGN'))
})

test('before a migration the database is kept as it was', async () => {
  const { database, path, directory } = await opened()
  const version = database.pragma('user_version', { simple: true }) as number
  const last = database.prepare("SELECT 1 FROM pragma_table_info('entries')").get()
  expect(last).toBeDefined()
  // Two steps back: the first of them meets its own tables, so the migration fails, and the copy stands.
  database.pragma(`user_version = ${version - 2}`)
  expect(() => openDatabase(path)).toThrow(refusal('STORE_FAILED'))
  const kept = new Database(join(directory, 'backups', `before-format-${version - 1}`, 'egregore.db'), {
    readonly: true,
  })
  expect(kept.prepare('SELECT count(*) FROM entries').pluck().get()).toBe(21)
  kept.close()
})

/** Overwrites pages in the middle of a file. */
function damage(path: string): void {
  const file = openSync(path, 'r+')
  for (let page = 2; page < 8; page++) writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, page * 4096)
  closeSync(file)
}
