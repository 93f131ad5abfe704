// The API, from configuration, with what only it needs: schemas, memories and the token.

import { createApi, startServer } from '../api/index.ts'
import { DEFAULT_NETWORK_KEY, pathsOf } from '../config/index.ts'
import { LocalChecker, Reviewer, Schemas } from '../content/index.ts'
import { Expiring, Memories } from '../memory/index.ts'
import { freeOnDisk, loadToken, SqliteLocalMemoryStore, SqliteSchemaStore, sizeOnDisk } from '../store/index.ts'
import type { ApiServer, Auth, StorageCare } from '../api/index.ts'
import type { Config } from '../config/index.ts'
import type { LogLevels } from '../logger.ts'
import type { Checkpointer, Connection, DatabaseSoundness } from '../store/index.ts'
import type { EgregoreComponents, Served } from './components.ts'
import type { Started } from './started.ts'

export async function openServer(
  config: Config,
  components: EgregoreComponents & { levels: LogLevels },
  served: Served,
  started: Started,
): Promise<ApiServer> {
  const { logger, levels, version } = components
  let port = 0
  const about = {
    version,
    startedAt: Date.now(),
    networkKey: config.networkKey,
    isDefaultNetworkKey: config.networkKeys.includes(DEFAULT_NETWORK_KEY),
    port: () => port,
  }
  const parts = openParts(config, components, served, started)
  const rules = { callers: config.api, auth: authOf(config), mcp: config.mcp.enabled, mcpTools: config.mcp.tools }
  const stopping = new AbortController()
  const app = createApi({ ...parts, ...rules, logger, levels, clock: Date.now, about, stopping: stopping.signal })
  const server = await startServer({ app, host: config.api.bind, port: config.port })
  started.add(() => {
    stopping.abort()
    return server.stop()
  })
  port = server.port
  return server
}

/** What the API translates. The store itself is not among it. */
function openParts(config: Config, { logger }: EgregoreComponents, served: Served, started: Started) {
  const { identity, log, projections, backups, hooks, retention, erasing, mailbox, network } = served
  const { database, reader, soundness, checkpointer } = served
  const schemas = openSchemas(database, started)
  const reviewer = new Reviewer({ schemas, isStrict: config.schemaStrict, secrets: config.publish.secrets })
  const local = new SqliteLocalMemoryStore(database, reader)
  startExpiring(new Expiring({ local, logger, clock: Date.now }), started)
  const memories = new Memories({ log, projections, reviewer, erasing, local, clock: Date.now })
  const paths = pathsOf(config.dataDir)
  const disk = { used: () => sizeOnDisk([paths.database, paths.projections]), free: () => freeOnDisk(paths.data) }
  const storage = storageCare(soundness, checkpointer)
  const ofLog = { identity, log, projections, backups, retention, erasing, disk, storage }
  return { ...ofLog, hooks, mailbox, network, schemas, reviewer, memories }
}

/** All of it changes while it is asked. */
function storageCare(soundness: DatabaseSoundness, checkpointer: Checkpointer): StorageCare {
  return {
    get state() {
      return soundness.state
    },
    get findings() {
      return soundness.findings
    },
    get writeFailure() {
      return soundness.writeFailure
    },
    get walFailure() {
      return checkpointer.failure
    },
    refuseWhenDamaged: () => soundness.refuseWhenDamaged(),
  }
}

/** Runs to the end of the node. */
function startExpiring(expiring: Expiring, started: Started): void {
  started.add(() => expiring.stop())
  expiring.start()
}

function openSchemas(database: Connection, started: Started): Schemas {
  const checker = new LocalChecker()
  started.add(() => checker.close())
  return new Schemas({ store: new SqliteSchemaStore(database), checker, clock: Date.now })
}

/** The token is made by the first start that asks callers for it, unless its owner has chosen one. */
function authOf({ api: { auth: mode, token }, dataDir }: Config): Auth {
  return mode === 'off' ? { mode } : { mode, token: loadToken(pathsOf(dataDir).token, token) }
}
