// The worker of checkpointer.ts: a connection that writes nothing of its own.

import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'

/** What became of one pass: whether that was all there was when it began, or why it could not be done. */
export type WriteBack = { wroteAll: boolean } | { error: string }

const database = new Database(workerData as string)
// What was acknowledged must be in the file, on disk, before the WAL that held it is used again.
database.pragma('synchronous = FULL')
database.pragma('cache_size = -256')

parentPort?.on('message', () => parentPort?.postMessage(writeBack()))

function writeBack(): WriteBack {
  try {
    // Passive: it takes no lock that a reader or writer would wait for, and does the rest another time.
    const [done] = database.pragma('wal_checkpoint(PASSIVE)') as { busy: number; log: number; checkpointed: number }[]
    return { wroteAll: done !== undefined && done.log === done.checkpointed }
  } catch (error) {
    // Such as a full disk: the WAL stays as it is.
    return { error: (error as Error).message }
  }
}
