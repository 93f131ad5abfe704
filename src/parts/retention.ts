// Retention, from configuration.

import { Retention } from '../log/index.ts'
import { SqlitePolicyStore } from '../store/index.ts'
import type { Config } from '../config/index.ts'
import type { EgregoreComponents, Parts } from './components.ts'

export function openRetention(
  { retention: { enabled, intervalSecs } }: Config,
  { logger }: EgregoreComponents,
  { log, projections, store, database }: Parts,
): Retention {
  const policyStore = new SqlitePolicyStore(database)
  return new Retention(
    { log, policyStore, lists: projections, held: store, clock: Date.now, logger },
    { enabled, intervalMs: intervalSecs * 1000 },
  )
}
