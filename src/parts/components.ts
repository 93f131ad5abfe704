// What a node is given from outside, and what its parts are opened with.

import type { Hooks } from '../hooks/index.ts'
import type { Erasing, Log, Retention } from '../log/index.ts'
import type { Logger, LogLevels } from '../logger.ts'
import type { Network } from '../network/index.ts'
import type { Projections } from '../projections/index.ts'
import type { Storage } from './storage.ts'

/** What a node is given from outside. */
export interface EgregoreComponents {
  logger: Logger
  /**
   * How much each part says to it.
   *
   * @default those of the configuration, `log.level`
   */
  levels?: LogLevels
  /** Of this software, told to peers and callers. */
  version: string
  /** Of the private key; with it a plain key is encrypted. */
  passphrase?: string | undefined
}

/** What stands when the log can be read. */
export interface Parts extends Storage {
  log: Log
  projections: Projections
}

/** What the API shows. */
export interface Served extends Parts {
  network: Network | undefined
  hooks: Hooks
  retention: Retention
  erasing: Erasing
}
