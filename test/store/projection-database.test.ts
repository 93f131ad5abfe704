import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openProjectionDatabase, prepareProjectionDatabase, SqliteCursorStore } from '../../src/store/index.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import type { Connection } from '../../src/store/index.ts'

const OURS = { storeId: '00000000000000aa', end: 10 }

function open(path: string): Connection {
  const database = openProjectionDatabase(path)
  onTestFinished(() => void database.close())
  return database
}

/** A file in which one projection has folded so far, of the log above. */
function foldedUpTo(offset: number): string {
  const path = join(temporaryDirectory(), 'projections.db')
  prepareProjectionDatabase(path, OURS)
  const database = openProjectionDatabase(path)
  new SqliteCursorStore(database).setCursor('timeline', 1, offset)
  database.close()
  return path
}

function cursorIn(path: string): unknown {
  return new SqliteCursorStore(open(path)).cursor('timeline')
}

test('its commits do not wait for the disk: what is lost is folded again', () => {
  expect(open(foldedUpTo(1)).pragma('synchronous', { simple: true })).toBe(1)
})

describe('prepared for a log', () => {
  test('it keeps what was folded up to the end of that log', () => {
    const path = foldedUpTo(10)
    prepareProjectionDatabase(path, OURS)
    expect(cursorIn(path)).toEqual({ version: 1, offset: 10 })
  })

  test('it begins anew when more was folded than the log holds, which is an older copy then', () => {
    const path = foldedUpTo(11)
    prepareProjectionDatabase(path, OURS)
    expect(cursorIn(path)).toBeUndefined()
  })

  test('it begins anew when another log was folded', () => {
    const path = foldedUpTo(10)
    prepareProjectionDatabase(path, { ...OURS, storeId: '00000000000000bb' })
    expect(cursorIn(path)).toBeUndefined()
  })

  test.each([
    ['no database', 'not a database at all, but long enough to be looked at as if it were one'.repeat(20)],
    ['empty', ''],
  ])('it begins anew when the file is %s', (_, text) => {
    const path = join(temporaryDirectory(), 'projections.db')
    writeFileSync(path, text)
    prepareProjectionDatabase(path, OURS)
    expect(cursorIn(path)).toBeUndefined()
    expect(readFileSync(path, 'latin1')).toMatch(/^SQLite format 3/)
  })

  test('it begins anew when a broken page of it was met', () => {
    const path = foldedUpTo(10)
    const broken = Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' })
    const cursors = new SqliteCursorStore(open(path))
    const fold = () =>
      cursors.transact(() => {
        throw broken
      })
    const message = expect.stringContaining('restart the node, and it is computed anew')
    expect(fold).toThrow(expect.objectContaining({ code: 'STORE_DAMAGED', message }))
    prepareProjectionDatabase(path, OURS)
    expect(cursorIn(path)).toBeUndefined()
    expect(existsSync(`${path}.damaged`)).toBe(false)
  })

  test('nothing is left beside it that a node does not expect', () => {
    const path = join(temporaryDirectory(), 'projections.db')
    prepareProjectionDatabase(path, OURS)
    expect(existsSync(`${path}-wal`)).toBe(false)
  })

  test('a path that cannot be opened is refused in words', () => {
    const path = join(temporaryDirectory(), 'projections.db')
    mkdirSync(path)
    expect(() => prepareProjectionDatabase(path, OURS)).toThrow(expect.objectContaining({ code: 'STORE_UNWRITABLE' }))
  })
})
