// The worker of checkpointer.ts: a connection that writes nothing of its own.

import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'

const database = new Database(workerData as string)
// What was acknowledged must be in the file, on disk, before the WAL that held it is used again.
database.pragma('synchronous = FULL')
database.pragma('cache_size = -256')

parentPort?.on('message', () => {
  try {
    // Passive: it takes no lock that a reader or writer would wait for, and does the rest another time.
    database.pragma('wal_checkpoint(PASSIVE)')
  } catch {
    // A full disk: the WAL stays as it is, and the next commit says so to whom it concerns.
  }
  parentPort?.postMessage('done')
})
