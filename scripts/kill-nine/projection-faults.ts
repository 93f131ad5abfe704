// Whether the projections that a killed node left behind, folded on to the end of its log, are what a replay of that log makes.

import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { LogReader } from '../../src/log/index.ts'
import { ProjectionRunner, projectionsOn } from '../../src/projections/index.ts'
import { closeDatabase, LogEntries, openProjectionDatabase, SqliteCursorStore } from '../../src/store/index.ts'
import type { Connection } from '../../src/store/index.ts'

/** Where to look. */
export interface Folded {
  /** The log. */
  database: string
  projections: string
  /** Offset at the end of the log. */
  end: number
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const FURTHEST = 'SELECT coalesce(max(offset), 0) FROM cursors'

/** Rows of the index without a message that they belong to, and messages without a row of the index. */
const ORPHANS = `
  SELECT (SELECT count(*) FROM search_index_docsize WHERE id NOT IN (SELECT offset FROM search_messages)) +
    (SELECT count(*) FROM search_messages WHERE offset NOT IN (SELECT id FROM search_index_docsize))`

/** One sentence for each thing that should not be. */
export async function faultsInProjections({ database, projections, end }: Folded): Promise<string[]> {
  const left = openProjectionDatabase(projections)
  const replay = openProjectionDatabase(`${projections}.replay`)
  try {
    // A node that was killed a moment after it made the file may have left it without this table.
    new SqliteCursorStore(left)
    const furthest = left.prepare(FURTHEST).pluck().get() as number
    if (furthest > end) return [`the projections stand at ${furthest}, and the log ends at ${end}`]
    const found = await foldUpTo(left, database, end)
    await foldUpTo(replay, database, end)
    const orphans = left.prepare(ORPHANS).pluck().get() as number
    if (orphans > 0) found.push(`${orphans} rows of the full-text index and its messages have no counterpart`)
    left.exec(`INSERT INTO search_index (search_index) VALUES ('integrity-check')`)
    return [...found, ...differences(tablesOf(left), tablesOf(replay))]
  } finally {
    for (const opened of [left, replay]) closeDatabase(opened)
    for (const end of ['', '-wal', '-shm']) rmSync(`${projections}.replay${end}`, { force: true })
  }
}

/** By the code of the node's own thread. */
async function foldUpTo(tables: Connection, database: string, end: number): Promise<string[]> {
  const entries = new LogEntries(database)
  const log = new LogReader(entries)
  const cursors = new SqliteCursorStore(tables)
  const runner = new ProjectionRunner({ log, cursors, projections: projectionsOn(tables), logger: SILENT })
  try {
    runner.start()
    await runner.settled(end)
    return runner.states().flatMap(({ name, error }) => (error === undefined ? [] : [`${name} stopped: ${error}`]))
  } finally {
    await runner.stop()
    entries.close()
  }
}

/** A digest of each table's rows; of the full-text index, of all places of all words. */
function tablesOf(database: Connection): Map<string, string> {
  database.exec('CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab(main, search_index, instance)')
  const names = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search\\_index%' ESCAPE '\\'`)
    .pluck()
    .all() as string[]
  const ours = names.filter((name) => !['cursors', 'folded'].includes(name) && !name.startsWith('sqlite_'))
  return new Map([...ours, 'temp.words'].map((name) => [name, digestOf(database, name)]))
}

function digestOf(database: Connection, table: string): string {
  const digest = createHash('sha256')
  const rows = database.prepare(`SELECT * FROM ${table}`).raw().all() as unknown[][]
  for (const row of rows.map((cells) => JSON.stringify(cells)).sort()) digest.update(row)
  return `${rows.length} rows, ${digest.digest('hex').slice(0, 16)}`
}

function differences(left: Map<string, string>, replay: Map<string, string>): string[] {
  return [...new Set([...left.keys(), ...replay.keys()])]
    .filter((name) => left.get(name) !== replay.get(name))
    .map((name) => `the table ${name} has ${left.get(name)}; a replay makes ${replay.get(name)}`)
}
