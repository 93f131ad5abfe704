// The threads beside the main one that read or check for it; those of store/ are its own.

import { Worker } from 'node:worker_threads'
import { pathsOf } from '../config/index.ts'
import type { Config } from '../config/index.ts'

export function startFoldingThread({ dataDir }: Config): Worker {
  const { database, projections } = pathsOf(dataDir)
  return new Worker(new URL(`../folding-thread.${EXTENSION}`, import.meta.url), {
    workerData: { database, projections },
  })
}

export function startVerifyingThread(): Worker {
  return new Worker(new URL(`../verifying-thread.${EXTENSION}`, import.meta.url))
}

/** tsc rewrites import specifiers but not URLs, so the extension is this file's own. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
