import { closeSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { closeDatabase, DatabaseSoundness, openDatabase, storeErrorFrom } from '../../../src/store/index.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

function opened({ msMax = 60_000 } = {}) {
  const database = openDatabase(join(temporaryDirectory(), 'egregore.db'))
  database.exec('CREATE TABLE filler (bytes BLOB); INSERT INTO filler VALUES (randomblob(100000))')
  database.pragma('wal_checkpoint(TRUNCATE)')
  const said: string[] = []
  const say = (_: object, message: string) => said.push(message)
  const soundness = new DatabaseSoundness(database, { info: say, warn: say, error: say }, msMax)
  onTestFinished(() => {
    soundness.close()
    closeDatabase(database)
  })
  return { database, soundness, said }
}

test('a database that is whole is known to be so, and written to', async () => {
  const { database, soundness, said } = opened()
  expect(soundness.state).toBe('unchecked')
  const checking = soundness.check()
  expect(soundness.state).toBe('checking')
  soundness.refuseWhenDamaged()
  await checking
  expect([soundness.state, soundness.findings]).toEqual(['whole', []])
  database.exec('DELETE FROM filler')
  expect(said.at(-1)).toBe('the database is whole')
})

test('a damaged one is refused to every writer, and the advice is said once', async () => {
  const { database, soundness, said } = opened()
  const file = openSync(database.name, 'r+')
  const pages = database.pragma('page_count', { simple: true }) as number
  for (let page = 4; page < pages - 10; page++) writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096)
  closeSync(file)
  await soundness.check()
  expect(soundness.state).toBe('damaged')
  expect(soundness.findings.length).toBeGreaterThan(0)
  expect(() => soundness.refuseWhenDamaged()).toThrow(
    expect.objectContaining({ code: 'STORE_DAMAGED', details: { path: database.name, findings: soundness.findings } }),
  )
  expect(() => database.exec('DELETE FROM filler')).toThrow(/readonly/)
  soundness.found(['again'])
  expect(said.filter((line) => line.includes('egregore restore'))).toHaveLength(1)
})

test('damage that a writer meets stands, whatever a check that was under way finds', async () => {
  const { soundness } = opened()
  const checking = soundness.check()
  soundness.found(['database disk image is malformed'])
  await checking
  expect([soundness.state, soundness.findings]).toEqual(['damaged', ['database disk image is malformed']])
})

test('a check that takes too long is given up, and one that is not needed any more ends at once', async () => {
  const slow = opened({ msMax: 1 })
  await slow.soundness.check()
  expect(slow.soundness.state).toBe('unfinished')
  slow.soundness.refuseWhenDamaged()
  const stopped = opened()
  const checking = stopped.soundness.check()
  stopped.soundness.close()
  await checking
  expect(stopped.soundness.state).toBe('checking')
})

test('a disk that refuses is told of once, and again when it takes what is written', () => {
  const { database, soundness, said } = opened()
  const refusal = storeErrorFrom(
    Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' }),
    database.name,
  )
  expect(refusal.code).toBe('STORE_DISK_FAILED')
  soundness.refused(refusal)
  soundness.refused(refusal)
  expect(soundness.writeFailure).toBe(refusal.message)
  // It is a matter of the disk: the next one to write finds out.
  soundness.refuseWhenDamaged()
  soundness.wrote()
  soundness.wrote()
  expect(soundness.writeFailure).toBeUndefined()
  expect(said).toEqual([refusal.message, 'the disk takes what is written again'])
})

test('a database that was moved away or replaced is refused to every writer until it is back', () => {
  const { database, soundness } = opened()
  const refused = expect.objectContaining({ code: 'STORE_UNWRITABLE', message: expect.stringContaining('Put it back') })
  const elsewhere = `${database.name}.elsewhere`
  renameSync(database.name, elsewhere)
  expect(() => soundness.refuseWhenDamaged()).toThrow(refused)
  writeFileSync(database.name, '')
  expect(() => soundness.refuseWhenDamaged()).toThrow(refused)
  expect(soundness.writeFailure).toContain('was moved, removed or replaced')
  renameSync(elsewhere, database.name)
  soundness.refuseWhenDamaged()
  expect(soundness.writeFailure).toBeUndefined()
})

test('a WAL that was removed is told to every writer, and nothing of it is lost when the database is closed', () => {
  const { database, soundness } = opened()
  soundness.refuseWhenDamaged()
  database.exec('CREATE TABLE later (row); INSERT INTO later VALUES (1)')
  rmSync(`${database.name}-wal`)
  const refused = expect.objectContaining({ code: 'STORE_UNWRITABLE', message: expect.stringContaining('in order') })
  expect(() => soundness.refuseWhenDamaged()).toThrow(refused)
  expect(soundness.writeFailure).toContain('-wal was moved, removed or replaced')
  closeDatabase(database)
  const next = openDatabase(database.name)
  expect(next.prepare('SELECT row FROM later').pluck().get()).toBe(1)
  closeDatabase(next)
})
