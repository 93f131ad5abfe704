// What is forgotten: by policy and time, from configuration, and what authors erase.

import { Erasing, Retention } from '../log/index.ts'
import { SqlitePolicyStore } from '../store/index.ts'
import type { Config } from '../config/index.ts'
import type { EgregoreComponents, Parts } from './components.ts'
import type { Started } from './started.ts'

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

/** Erases from its start to the end of the node. */
export function startErasing(
  { logger }: EgregoreComponents,
  { log, projections, store }: Parts,
  started: Started,
): Erasing {
  const erasing = new Erasing({ log, lists: projections, held: store, logger })
  started.add(() => erasing.stop())
  erasing.start()
  return erasing
}
