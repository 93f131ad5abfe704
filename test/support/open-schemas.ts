// The schemas of a node, with a thread of their own that ends with the test.

import { Worker } from 'node:worker_threads'
import { onTestFinished } from 'vitest'
import { Schemas, ThreadChecker } from '../../src/content/index.ts'
import { openDatabase, SqliteSchemaStore } from '../../src/store/index.ts'
import { TEST_NOW } from './open-log.ts'

export interface OpenSchemasInit {
  database?: ReturnType<typeof openDatabase>
  /** Of one check; long, because the machine may be busy. */
  timeoutMs?: number
}

/** On a database in memory unless told. */
export function openSchemas({
  database = openDatabase(':memory:'),
  timeoutMs = 30_000,
}: OpenSchemasInit = {}): Schemas {
  return new Schemas({ store: new SqliteSchemaStore(database), checker: openChecker(timeoutMs), clock: () => TEST_NOW })
}

/** Starts its thread, which is the real one, with the first check. */
export function openChecker(timeoutMs = 30_000): ThreadChecker {
  const checker = new ThreadChecker({
    startWorker: () =>
      new Worker(new URL('../../src/schema-thread.ts', import.meta.url), {
        resourceLimits: { maxOldGenerationSizeMb: 96 },
      }),
    timeoutMs,
  })
  onTestFinished(() => checker.close())
  return checker
}
