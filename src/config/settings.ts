// Every setting in one table: its key, its flag, its environment variable, its default, what it accepts and what it means. The rows of the
// largest parts stand in settings/.

import { DATA_DIRECTORY_DEFAULT } from '../data-directory.ts'
import { setting, settingsIn } from './setting.ts'
import { API_SETTINGS } from './settings/api.ts'
import { HOOK_SETTINGS } from './settings/hooks.ts'
import { NETWORK_SETTINGS } from './settings/network.ts'
import { logLevels, oneOf, path, port, wholeNumber, yesOrNo } from './values.ts'
import type { SecretsPolicy } from '../content/index.ts'
import type { ValuesOf } from './setting.ts'

/**
 * The name in code in snake case is the key in config.yaml: `log.level`, `gossip_port`. The environment variable is `EGREGORE_` and the flag's
 * name in capitals. To add a setting, add a row; a name that is new in an answer of `readConfig` is all that code needs.
 */
export const SETTINGS = {
  dataDir: setting({
    accepts: path,
    default: DATA_DIRECTORY_DEFAULT,
    flag: 'data-dir',
    value: 'path',
    description: 'identity keys and SQLite databases',
    example: '~/egregore-data',
  }),
  port: setting({
    accepts: port,
    default: 7654,
    flag: 'port',
    value: 'port',
    description: 'HTTP API port; 0 picks a free one',
  }),
  ...NETWORK_SETTINGS,
  ...API_SETTINGS,
  publish: {
    secrets: setting<SecretsPolicy>({
      accepts: oneOf(['warn', 'block', 'off']),
      default: 'warn',
      flag: 'publish-secrets',
      value: 'policy',
      description:
        'what becomes of content that looks as if it held a key or password: warn, block (it is not signed) or off',
    }),
  },
  schemaStrict: setting({
    accepts: yesOrNo,
    default: false,
    flag: 'schema-strict',
    description: 'publish only content that fits a schema of this node; what peers say is taken as ever',
  }),
  retention: {
    enabled: setting({
      accepts: yesOrNo,
      default: true,
      flag: 'no-retention',
      description: 'retention policies; without them only what has expired is removed',
      formerly: ['retention_enabled'],
    }),
    intervalSecs: setting({
      accepts: wholeNumber(1, 604_800),
      default: 3_600,
      flag: 'retention-interval-secs',
      value: 'seconds',
      description: 'time between sweeps, which remove what has expired and what policies do not keep',
      formerly: ['retention_interval_secs'],
    }),
  },
  offline: setting({
    accepts: yesOrNo,
    default: false,
    flag: 'offline',
    description: 'no network: a node that only keeps its own log',
  }),
  ...HOOK_SETTINGS,
  log: {
    level: setting({
      accepts: logLevels,
      default: 'info',
      flag: 'log-level',
      value: 'levels',
      description:
        'how much the log says, on stderr and in <data-dir>/logs: debug, info, warn, error or silent; also for single parts (api, hooks, log, network, node, projections, store): network=debug,warn',
      formerly: ['logging.level'],
      translate: (level) => (level === 'trace' ? 'debug' : level),
    }),
  },
} as const

/** A value for each setting, in the shape of the table. */
export type Values = ValuesOf<typeof SETTINGS>

/** The rows in order, each with its key. */
export const ALL_SETTINGS = settingsIn(SETTINGS)
