// The thread that folds: opens what it needs beside the main thread's own connections, and serves it. parts/threads.ts starts it.

import { parentPort, workerData } from 'node:worker_threads'
import { foldOnOrders } from './projections/index.ts'
import { closeDatabase, LogEntries, openProjectionDatabase, SqliteCursorStore } from './store/index.ts'
import { yieldToOthers } from './util/index.ts'
import type { Paths } from './config/index.ts'

const paths = workerData as Pick<Paths, 'database' | 'projections'>
if (parentPort === null) throw new Error('This module runs in a worker.')

yieldToOthers()
const entries = new LogEntries(paths.database)
const database = openProjectionDatabase(paths.projections)
try {
  await foldOnOrders({ port: parentPort, entries, database, cursors: new SqliteCursorStore(database) })
} finally {
  closeDatabase(database)
  entries.close()
}
