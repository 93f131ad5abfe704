// The hooks, from configuration.

import { messageText } from '../api/index.ts'
import { hooksOf } from '../config/index.ts'
import { openHooks } from '../hooks/index.ts'
import { SqliteHookStore } from '../store/index.ts'
import type { Config } from '../config/index.ts'
import type { Hooks } from '../hooks/index.ts'
import type { EgregoreComponents, Parts } from './components.ts'

/** @param apiUrl - answers once the API listens */
export function openAllHooks(
  config: Config,
  { logger, version }: EgregoreComponents,
  { identity, log, projections, mailbox, database }: Parts,
  apiUrl: () => string | undefined,
): Hooks {
  const store = new SqliteHookStore(database)
  return openHooks(
    { log, projections, mailbox, store, textOf: messageText, logger, clock: Date.now, random: Math.random },
    { hooks: hooksOf(config), identity: identity.author, dataDir: config.dataDir, version, apiUrl },
  )
}
