// The worker of checkpointer.ts: a connection that writes nothing of its own.

import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'

const database = new Database(workerData as string)
// What was acknowledged must be in the file, on disk, before the WAL that held it is used again.
database.pragma('synchronous = FULL')
database.pragma('cache_size = -256')

parentPort?.on('message', () => parentPort?.postMessage(writeBack()))

/** Writes back what it can, and answers whether that was all there was when it began. */
function writeBack(): boolean {
  try {
    // Passive: it takes no lock that a reader or writer would wait for, and does the rest another time.
    const [done] = database.pragma('wal_checkpoint(PASSIVE)') as { busy: number; log: number; checkpointed: number }[]
    return done !== undefined && done.log === done.checkpointed
  } catch {
    // A full disk: the WAL stays as it is, and the next commit says so to whom it concerns.
    return false
  }
}
