// The composition root: builds every part of a node, starts them in order, stops them in reverse. Reading starts here.

import { createApi, startServer } from './api/index.ts'
import { DEFAULT_NETWORK_KEY, pathsOf } from './config/index.ts'
import { Log } from './log/index.ts'
import { parsePeerAddress, startNetwork } from './network/index.ts'
import { openProjections } from './projections/index.ts'
import {
  Checkpointer,
  closeDatabase,
  loadIdentity,
  lockDirectory,
  openDatabase,
  openReader,
  SqliteCursorStore,
  SqliteLogStore,
  SqlitePeerStore,
  SqlitePullStore,
} from './store/index.ts'
import type { Config } from './config/index.ts'
import type { Identity } from './feed/index.ts'
import type { Logger } from './logger.ts'
import type { Network } from './network/index.ts'
import type { Projections } from './projections/index.ts'

/** What a node is given from outside. */
export interface EgregoreComponents {
  logger: Logger
  /** Of this software, told to peers and callers. */
  version: string
}

/** A running node. */
export interface Egregore {
  readonly identity: Identity
  /** Whether the identity was made by this start. */
  readonly isNew: boolean
  readonly log: Log
  readonly projections: Projections
  /** Absent with `offline`. */
  readonly network?: Network
  /** Such as http://127.0.0.1:7654; absent without API. */
  readonly apiUrl?: string
  /** Ends everything in reverse order; what was acknowledged is on disk. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * Starts a node. When a part refuses, those that were started before it are stopped again.
 *
 * @throws StoreError, NetworkError, ApiError; each says what to do
 * @example
 * const node = await createEgregore(readConfig({ dataDir: './data' }), { logger, version: '0.1.0' })
 * await node.log.publish({ content: { type: 'message', text: 'hello' } })
 * await node.stop()
 */
export async function createEgregore(config: Config, components: EgregoreComponents): Promise<Egregore> {
  const started = new Started()
  try {
    return await start(config, components, started)
  } catch (error) {
    await started.stop()
    throw error
  }
}

async function start(config: Config, { logger, version }: EgregoreComponents, started: Started): Promise<Egregore> {
  // Said before anything is made or locked.
  for (const address of config.peer) parsePeerAddress(address)
  const startedAt = Date.now()
  const clock = Date.now

  const paths = pathsOf(config.dataDir)
  const lock = lockDirectory(paths.data)
  started.add(() => lock.release())
  const { identity, isNew } = loadIdentity(paths.identity)

  const database = openDatabase(paths.database)
  started.add(() => closeDatabase(database))
  const checkpointer = new Checkpointer(database)
  started.add(() => checkpointer.close())
  const reader = openReader(database)
  started.add(() => reader.close())

  const log = new Log({ store: new SqliteLogStore(database, reader), identity, clock })
  started.add(() => log.close())

  const projections = openProjections({
    log,
    database,
    reader,
    cursors: new SqliteCursorStore(database),
    logger,
    clock,
  })
  projections.start()
  started.add(() => projections.stop())

  const network = config.offline ? undefined : await openNetwork()
  if (network !== undefined) started.add(() => network.stop())

  const server = config.api ? await openServer() : undefined
  if (server !== undefined) started.add(() => server.stop())

  logger.info({ author: identity.author, api: server?.port, gossip: network?.port }, 'node started')
  return {
    identity,
    isNew,
    log,
    projections,
    ...(network !== undefined && { network }),
    ...(server !== undefined && { apiUrl: `http://127.0.0.1:${server.port}` }),
    stop: () => started.stop(),
  }

  function openNetwork(): Promise<Network> {
    const peerStore = new SqlitePeerStore(database)
    const pullStore = new SqlitePullStore(database)
    return startNetwork(
      { identity, log, peerStore, pullStore, clock, random: Math.random, logger },
      {
        networkKey: config.networkKey,
        host: GOSSIP_HOST,
        port: config.gossipPort,
        peers: config.peer,
        push: config.push,
        intervalMs: config.gossipIntervalSecs * 1000,
        connectionsMax: config.maxPersistentConnections,
        agent: version,
      },
    )
  }

  async function openServer() {
    let port = 0
    const about = {
      version,
      startedAt,
      networkKey: config.networkKey,
      isDefaultNetworkKey: config.networkKey === DEFAULT_NETWORK_KEY,
      port: () => port,
    }
    const callers = { hosts: [], origins: [] }
    const app = createApi({ identity, log, projections, ...(network && { network }), logger, clock, about, callers })
    const server = await startServer({ app, port: config.port })
    port = server.port
    return server
  }
}

/** interfaces.md, "Interfaces": peers come from anywhere; the gate decides who may stay. */
const GOSSIP_HOST = '0.0.0.0'

/** What has been started, so that it can be stopped in reverse. */
class Started {
  readonly #stops: (() => void | Promise<void>)[] = []
  #stopping: Promise<void> | undefined

  add(stop: () => void | Promise<void>): void {
    this.#stops.push(stop)
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll()
    return this.#stopping
  }

  /** One part that fails to stop keeps no other from stopping. */
  async #stopAll(): Promise<void> {
    const failures: unknown[] = []
    for (const stop of this.#stops.reverse()) {
      try {
        await stop()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not every part of the node stopped in order.')
  }
}
