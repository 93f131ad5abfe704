import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { faultsInBackups, faultsInRestored } from '../../../scripts/kill-nine/backup-faults.ts'
import { faultsInLog } from '../../../scripts/kill-nine/log-faults.ts'
import { faultsInMemories, WitnessedMemories } from '../../../scripts/kill-nine/memories.ts'
import { faultsInProjections } from '../../../scripts/kill-nine/projection-faults.ts'
import { Witness } from '../../../scripts/kill-nine/witness.ts'
import { localRecordOf } from '../../../src/memory/local-record.ts'
import {
  Backups,
  closeDatabase,
  openProjectionDatabase,
  SqliteLocalMemoryStore,
  SqliteMailboxStore,
} from '../../../src/store/index.ts'
import { chainOf, insights, itemOf } from '../../support/feeds.ts'
import { identityOf, openLog, TEST_NOW } from '../../support/open-log.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

/** A log on disk with messages of ours and of another, all acknowledged, and what is looked at of it. */
async function opened() {
  const directory = temporaryDirectory()
  const path = join(directory, 'egregore.db')
  const node = openLog({ path })
  onTestFinished(async () => {
    await node.reader.close()
    closeDatabase(node.database)
  })
  const { log, database, identity } = node
  const witness = new Witness()
  for (const content of ['one', 'two', 'three']) witness.sawPublished(await log.publish({ content }))
  const theirs = chainOf(identityOf(9), insights(5))
  await log.ingest(theirs.map(itemOf), undefined)
  for (const { hash } of theirs) witness.imported.add(hash)
  const projections = join(directory, 'projections.db')
  return {
    ...node,
    witness,
    directory,
    projections,
    inLog: () => faultsInLog(database, identity.author, witness),
    inProjections: () => faultsInProjections({ database: path, projections, end: log.cursor().offset }),
  }
}

test('finds nothing in a log that is whole, also after a sweep', async () => {
  const { log, inLog, inProjections } = await opened()
  expect([await inLog(), await inProjections()]).toEqual([[], []])
  await log.forget([{ author: identityOf(9).author, from: 1, to: 3 }])
  expect([await inLog(), await inProjections()]).toEqual([[], []])
})

test('finds memories that are gone, forgotten ones that are not, and marks that are lost', async () => {
  const { database, log, reader, projections } = await opened()
  const local = new SqliteLocalMemoryStore(database, reader)
  const witness = new WitnessedMemories()
  const [letter] = chainOf(identityOf(8), insights(1))
  await log.ingest([itemOf(letter ?? expect.fail())], undefined)
  new SqliteMailboxStore(database).mark([letter?.hash ?? ''], 'read', TEST_NOW)
  local.add(localRecordOf({ content: { type: 'memory', content: 'kept1', category: 'global' } }), TEST_NOW)
  witness.kept.add('kept1')
  witness.read.add(letter?.hash ?? '')
  expect(faultsInMemories(database, projections, witness)).toEqual([])
  witness.forgotten.add('kept1')
  database.exec('DELETE FROM inbox_marks')
  witness.kept.add('kept2')
  expect(faultsInMemories(database, projections, witness)).toEqual([
    '1 memories of this machine are gone, kept2 first',
    '1 forgotten memories are there, kept1 first',
    expect.stringMatching(/^1 marks of what was read are gone/),
  ])
})

const DAMAGE: readonly (readonly [what: string, sql: string, told: RegExp])[] = [
  ['a message of ours that is gone', 'DELETE FROM entries WHERE feed = 1 AND sequence = 2', /our message 2 was ack/],
  ['a message of another that is gone', 'DELETE FROM entries WHERE feed = 2 AND sequence = 5', /imported messages/],
  ['a head behind its messages', 'UPDATE feeds SET head = 4 WHERE id = 2', /ends at 5, its head says 4/],
  ['another hash at the head', "UPDATE feeds SET head_hash = x'00' WHERE id = 2", /another hash at its head/],
  ['a fork of our own', 'UPDATE feeds SET forked_at = 2 WHERE id = 1', /is forked at 2/],
  ['a message both held and forgotten', 'INSERT INTO holes VALUES (2, 2, 2, 2)', /should go on at/],
  ['a link that was not made', 'UPDATE entries SET linked = 0 WHERE feed = 2 AND sequence = 3', /marked as gapped/],
  ['a text that was not signed', 'UPDATE entries SET signature = zeroblob(64) WHERE sequence = 3', /author signed/],
]

test.each(DAMAGE)('finds %s', async (_, sql, told) => {
  const { database, inLog } = await opened()
  database.exec(sql)
  expect((await inLog()).join('\n')).toMatch(told)
})

test('finds two answers for one sequence', async () => {
  const { witness, inLog } = await opened()
  witness.sawPublished({ sequence: 2, hash: 'another' })
  expect((await inLog()).join('\n')).toMatch(/sequence 2 was given to .* and to another/)
})

test('finds an orphaned row of the full-text index, a list that no replay makes, and projections ahead of the log', async () => {
  const { projections, inProjections } = await opened()
  await inProjections()
  const change = (sql: string) => {
    const database = openProjectionDatabase(projections)
    database.exec(sql)
    database.close()
  }
  change("INSERT INTO search_index (rowid, title) VALUES (99, 'orphan')")
  expect((await inProjections()).join('\n')).toMatch(/no counterpart\n.*temp.words/)
  change('DELETE FROM timeline_places WHERE offset = 2')
  expect((await inProjections()).join('\n')).toMatch(/timeline_places has 7 rows/)
  change('UPDATE cursors SET offset = 99')
  expect(await inProjections()).toEqual(['the projections stand at 99, and the log ends at 8'])
})

test('finds a backup that is half, or older than it must be, and takes a half one that is named so for nothing', async () => {
  const { database, directory, identity } = await opened()
  const backups = join(directory, 'backups')
  const { path } = await new Backups(database, backups, () => TEST_NOW).make()
  const { author } = identity
  expect(faultsInBackups(backups, author, [{ path, headAtLeast: 3 }])).toEqual([])
  expect(faultsInBackups(backups, author, [{ path, headAtLeast: 4 }]).join()).toMatch(/ends at 3, and 4 was ack/)
  renameSync(path, `${path}.part`)
  expect(faultsInBackups(backups, author, [])).toEqual([])
  renameSync(`${path}.part`, path)
  truncateSync(join(path, 'egregore.db'), 40_000)
  expect(faultsInBackups(backups, author, [])).not.toEqual([])
  rmSync(path, { recursive: true })
  expect(faultsInBackups(backups, author, [{ path, headAtLeast: 1 }]).join()).toMatch(/is not there/)
})

test('finds a restore that left nothing, or something else', async () => {
  const { database, directory, identity } = await opened()
  const { path } = await new Backups(database, join(directory, 'backups'), () => TEST_NOW).make()
  const target = join(directory, 'restored', 'egregore.db')
  expect(faultsInRestored(target, identity.author, [3]).join('\n')).toMatch(/is not there/)
  mkdirSync(dirname(target))
  renameSync(join(path, 'egregore.db'), target)
  expect(faultsInRestored(target, identity.author, [1, 3])).toEqual([])
  expect(faultsInRestored(target, identity.author, [1, 2]).join('\n')).toMatch(/ends at 3, not at one of 1,2/)
  writeFileSync(target, 'x'.repeat(8192))
  expect(faultsInRestored(target, identity.author, [3]).join('\n')).toMatch(/is no whole database/)
})
