// The worker of backups.ts: copies, says so, ends.

import { parentPort, workerData } from 'node:worker_threads'
import { copyDatabase } from './copy-database.ts'

const { source, target } = workerData as { source: string; target: string } // As backups.ts gives them.

copyDatabase(source, target)
parentPort?.postMessage('done')
