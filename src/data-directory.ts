// Where a node keeps what, below its data directory. By itself, so that a verb finds its node without loading every setting.

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where a node lives that is told nothing. */
export const DATA_DIRECTORY_DEFAULT = './data'

/** The configuration file of a data directory. */
export const CONFIG_FILE = 'config.yaml'

/** `~/` is the home directory, also where no shell expanded it. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path
}

/** Absolute paths. */
export interface Paths {
  data: string
  identity: string
  database: string
  /** Computed from the database; may be removed while no node runs. */
  projections: string
  /** Copies of the database, made on demand and before each migration. */
  backups: string
  /** Where a running node says how to reach it. */
  runtime: string
  /** What callers of the API show, where `api.auth` asks for it. */
  token: string
  /** The log; older ones stand beside it. */
  log: string
  /** What a node prints that was started in the background. */
  output: string
  /** What `egregore connect` wrote into which file of a client. */
  connections: string
}

export function pathsOf(dataDirectory: string): Paths {
  const data = resolve(dataDirectory)
  return {
    data,
    identity: join(data, 'identity'),
    database: join(data, 'egregore.db'),
    projections: join(data, 'projections.db'),
    backups: join(data, 'backups'),
    runtime: join(data, 'runtime.json'),
    token: join(data, 'api.token'),
    connections: join(data, 'connections.json'),
    log: join(data, 'logs', 'egregore.log'),
    output: join(data, 'node.log'),
  }
}
