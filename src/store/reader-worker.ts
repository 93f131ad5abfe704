// The worker of reader.ts: one read-only connection over one file or two, one query after the other.

import { parentPort, workerData } from 'node:worker_threads'
import { openReadOnly } from './database.ts'
import { isCorruption } from './errors.ts'
import { registerFunctions } from './functions.ts'
import { runQueries } from './reader.ts'
import type { Query, ReaderAnswer, ReaderFiles } from './reader.ts'

const { path, attached } = workerData as ReaderFiles
const database = openReadOnly(path)
registerFunctions(database)
if (attached !== undefined) database.prepare('ATTACH ? AS attached').run(attached)

parentPort?.on('message', ({ id, queries }: { id: number; queries: Query[] }) => {
  parentPort?.postMessage(answer(id, queries))
})

function answer(id: number, queries: Query[]): ReaderAnswer {
  try {
    return { id, rows: runQueries(database, queries) }
  } catch (error) {
    const { message, code } = error as Error & { code?: unknown }
    return { id, error: { message, code: String(code ?? ''), isAttached: isCorruption(error) && isAttachedBroken() } }
  }
}

/** SQLite does not say in which of the two files it met a broken page. */
function isAttachedBroken(): boolean {
  if (attached === undefined) return false
  try {
    return database.prepare('PRAGMA attached.quick_check(1)').pluck().get() !== 'ok'
  } catch {
    return true
  }
}
