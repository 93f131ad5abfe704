// The schemas of a node, with a process of their own that ends with the test.

import { onTestFinished } from 'vitest'
import { LocalChecker, Schemas } from '../../src/content/index.ts'
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

/** Starts its process, which is the real one, with the first check. */
export function openChecker(timeoutMs = 30_000): LocalChecker {
  const checker = new LocalChecker({ timeoutMs })
  onTestFinished(() => checker.close())
  return checker
}
