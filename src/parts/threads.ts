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

export function startSchemaThread(): Worker {
  return new Worker(new URL(`../schema-thread.${EXTENSION}`, import.meta.url), { resourceLimits: SCHEMA_THREAD_LIMITS })
}

/** A schema of 64 KiB, compiled, takes some megabytes. */
const SCHEMA_THREAD_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 }

/** tsc rewrites import specifiers but not URLs, so the extension is this file's own. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
