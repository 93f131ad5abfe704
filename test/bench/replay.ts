// A node whose projections are gone, or of another version, computes them all again from a log of a million messages.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { LogReader } from '../../src/log/index.ts'
import { LogEntries } from '../../src/store/index.ts'
import { largeStore } from './support/common-feeds.ts'
import { copyOf } from './support/dataset.ts'
import { startNode } from './support/node-process.ts'
import { measure } from './support/stopwatch.ts'
import { DATABASE_FILE, PROJECTIONS_FILE } from './support/stored-log.ts'
import type { Entry, MessageEntry } from '../../src/log/index.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'
import type { Measured } from './support/stopwatch.ts'

/** What issue 6 asks for. */
const RATE_MIN = 20_000

/** Indexed in one transaction: as much as the node folds at once. */
const SLICE = { batchMax: 8_192, bytesMax: 8 * 1024 * 1024 }

/** From a start without projections until every question is answered from all of them, beside one index of the words. */
export async function replay(run: BenchRun): Promise<Finding[]> {
  const dataset = await largeStore(run)
  const dataDir = await copyOf(run, dataset)
  await rm(join(dataDir, PROJECTIONS_FILE))
  const bare = await indexWords(run, dataDir, dataset.messages)
  const node = await startNode(run, { dataDir, flags: ['--offline'] })
  const { rate } = await measure(dataset.messages, () =>
    run.following('replaying', dataset.messages, (reached) => node.settled(dataset.messages, reached)),
  )
  return [
    {
      what: `replay of all projections over ${dataset.messages.toLocaleString('en')}`,
      figure: rate,
      limit: { ...bare.rate, of: 'rows read, and their words put into FTS5, in one process' },
      goal: { kind: 'at least', value: RATE_MIN },
    },
  ]
}

/** Nothing else is known of the messages afterwards, and nobody could ask meanwhile. */
function indexWords(run: BenchRun, dataDir: string, messages: number): Promise<Measured> {
  const entries = new LogEntries(join(dataDir, DATABASE_FILE))
  const database = new Database(join(run.temporaryDirectory(), 'words.db'))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.exec(`CREATE VIRTUAL TABLE words USING fts5 (title, body, content = '', tokenize = 'porter unicode61')`)
  const insert = database.prepare('INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)')
  const insertAll = database.transaction((slice: readonly Entry[]) => {
    for (const entry of slice) if (entry.kind === 'message') insert.run(entry.offset, ...wordsOf(entry))
  })
  return run.following('indexing words alone', messages, (reached) =>
    measure(messages, async () => {
      for await (const slice of new LogReader(entries).read({ after: 0, ...SLICE })) {
        insertAll(slice)
        reached(slice.at(-1)?.offset ?? 0)
      }
      entries.close()
      database.close()
    }),
  )
}

function wordsOf({ envelope }: MessageEntry): [title: string, body: string] {
  const { title, observation } = envelope.content as { title: string; observation: string } // As sealed-feeds.ts made it.
  return [title, observation]
}
