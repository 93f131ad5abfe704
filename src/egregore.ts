// The composition root: builds every part of a node, starts them in order, stops them in reverse. Reading starts here.

import { Worker } from 'node:worker_threads'
import { createApi, messageText, startServer } from './api/index.ts'
import { DEFAULT_NETWORK_KEY, hooksOf, pathsOf } from './config/index.ts'
import { Reviewer, Schemas, ThreadChecker } from './content/index.ts'
import { openHooks } from './hooks/index.ts'
import { Log, Retention, WorkerVerifying } from './log/index.ts'
import { parsePeerAddress, startNetwork } from './network/index.ts'
import { openProjections, WorkerFolding } from './projections/index.ts'
import {
  Backups,
  Checkpointer,
  closeDatabase,
  DiskSpace,
  loadIdentity,
  loadToken,
  lockDirectory,
  openDatabase,
  openReader,
  prepareProjectionDatabase,
  SqliteBanStore,
  SqliteHookStore,
  SqliteLogStore,
  SqliteMetPeerStore,
  SqlitePeerStore,
  SqlitePolicyStore,
  SqlitePublishedKeyStore,
  SqlitePullStore,
  SqliteSchemaStore,
  SqliteSelectionStore,
  sizeOnDisk,
} from './store/index.ts'
import type { ApiServer, Auth } from './api/index.ts'
import type { Config } from './config/index.ts'
import type { Identity } from './feed/index.ts'
import type { Hooks } from './hooks/index.ts'
import type { Logger } from './logger.ts'
import type { Network } from './network/index.ts'
import type { Projections } from './projections/index.ts'
import type { Connection, Reader } from './store/index.ts'

/** What a node is given from outside. */
export interface EgregoreComponents {
  logger: Logger
  /** Of this software, told to peers and callers. */
  version: string
  /** Of the private key; with it a plain key is encrypted. */
  passphrase?: string | undefined
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

async function start(config: Config, components: EgregoreComponents, started: Started): Promise<Egregore> {
  // Said before anything is made or locked.
  for (const address of [...config.peers, ...config.bootstrap]) parsePeerAddress(address)
  const { logger } = components
  const storage = openStorage(config, components, started)
  const { identity, isNew, database, store, reader } = storage

  const verifying = new WorkerVerifying({ startWorker: startVerifyingThread, clock: Date.now, logger })
  started.add(() => verifying.close())
  const room = new DiskSpace(pathsOf(config.dataDir).data, logger)
  started.add(() => room.close())
  const log = new Log({
    store,
    selectionStore: new SqliteSelectionStore(database),
    publishedKeyStore: new SqlitePublishedKeyStore(database),
    identity,
    clock: Date.now,
    verifying,
    room,
    pace: storage.checkpointer,
  })
  started.add(() => log.close())

  const folding = new WorkerFolding({ log, startWorker: () => startFoldingThread(config), logger })
  const projections = openProjections({ log, reader, folding, clock: Date.now })
  started.add(() => projections.stop())
  await projections.start()

  const parts = { ...storage, log, projections }
  // Opened before anybody outside is spoken to, for their configuration may be unfit; started behind the API, which they call.
  let apiUrl: string | undefined
  const hooks = openAllHooks(config, components, parts, () => apiUrl)
  const network = config.offline ? undefined : await openNetwork(config, components, parts, started)
  const retention = openRetention(config, components, parts)
  const server = config.api.enabled
    ? await openServer(config, components, { ...parts, network, hooks, retention }, started)
    : undefined
  if (server !== undefined) apiUrl = `http://127.0.0.1:${server.port}`
  started.add(() => hooks.stop())
  hooks.start()
  started.add(() => retention.stop())
  retention.start()

  logger.info({ author: identity.author, api: server?.port, gossip: network?.port }, 'node started')
  return {
    identity,
    isNew,
    log,
    projections,
    ...(network !== undefined && { network }),
    ...(apiUrl !== undefined && { apiUrl }),
    stop: () => started.stop(),
  }
}

/** What is on disk, locked for this process. */
interface Storage {
  identity: Identity
  isNew: boolean
  database: Connection
  checkpointer: Checkpointer
  store: SqliteLogStore
  reader: Reader
  backups: Backups
}

interface Parts extends Storage {
  log: Log
  projections: Projections
}

/** What the API shows. */
interface Served extends Parts {
  network: Network | undefined
  hooks: Hooks
  retention: Retention
}

function openStorage(config: Config, { passphrase }: EgregoreComponents, started: Started): Storage {
  const paths = pathsOf(config.dataDir)
  const lock = lockDirectory(paths.data)
  started.add(() => lock.release())
  const { identity, isNew } = loadIdentity(paths.identity, { passphrase })
  const database = openDatabase(paths.database)
  started.add(() => closeDatabase(database))
  const checkpointer = new Checkpointer(database)
  started.add(() => checkpointer.close())
  const backups = new Backups(database, paths.backups, Date.now)
  started.add(() => backups.close())
  const reader = openReader(database, paths.projections)
  started.add(() => reader.close())
  const store = new SqliteLogStore(database, reader)
  prepareProjectionDatabase(paths.projections, { storeId: store.storeId, end: store.cursor().offset })
  return { identity, isNew, database, checkpointer, store, reader, backups }
}

function startFoldingThread({ dataDir }: Config): Worker {
  const { database, projections } = pathsOf(dataDir)
  return new Worker(new URL(`./folding-thread.${EXTENSION}`, import.meta.url), {
    workerData: { database, projections },
  })
}

function startVerifyingThread(): Worker {
  return new Worker(new URL(`./verifying-thread.${EXTENSION}`, import.meta.url))
}

function startSchemaThread(): Worker {
  return new Worker(new URL(`./schema-thread.${EXTENSION}`, import.meta.url), { resourceLimits: SCHEMA_THREAD_LIMITS })
}

/** A schema of 64 KiB, compiled, takes some megabytes. */
const SCHEMA_THREAD_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 }

/** tsc rewrites import specifiers but not URLs, so the extension is this file's own. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

async function openNetwork(
  config: Config,
  { logger, version }: EgregoreComponents,
  { identity, log, database }: Parts,
  started: Started,
): Promise<Network> {
  if (config.networkKey === DEFAULT_NETWORK_KEY) logger.warn({}, PUBLIC_KEY_WARNING)
  const peerStore = new SqlitePeerStore(database)
  const metPeerStore = new SqliteMetPeerStore(database)
  const pullStore = new SqlitePullStore(database)
  const banStore = new SqliteBanStore(database)
  const network = await startNetwork(
    { identity, log, peerStore, metPeerStore, pullStore, banStore, clock: Date.now, random: Math.random, logger },
    {
      networkKey: config.networkKey,
      host: config.gossipBind,
      port: config.gossipPort,
      peers: config.peers,
      filePeers: config.file?.peers ?? [],
      bootstrap: config.bootstrap,
      mdnsPort: config.mdns || config.lanDiscovery ? config.discoveryPort : undefined,
      met: config.met,
      dht: config.dht,
      // Members carry members: in the public network those are anybody.
      reach: config.reach && (config.networkKey !== DEFAULT_NETWORK_KEY || config.allowPublicNetwork),
      relay: config.relay.serve,
      upnp: config.upnp,
      push: config.push,
      intervalMs: config.gossipIntervalSecs * 1000,
      connectionsMax: config.maxPersistentConnections,
      budgets: { authorBytes: config.authorBudgetMib * MIB, peerBytes: config.peerBudgetMib * MIB },
      agent: version,
    },
  )
  started.add(() => network.stop())
  return network
}

function openAllHooks(
  config: Config,
  { logger, version }: EgregoreComponents,
  { identity, log, database }: Parts,
  apiUrl: () => string | undefined,
): Hooks {
  const store = new SqliteHookStore(database)
  return openHooks(
    { log, store, textOf: messageText, logger, clock: Date.now, random: Math.random },
    { hooks: hooksOf(config), identity: identity.author, dataDir: config.dataDir, version, apiUrl },
  )
}

function openRetention(
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

function openSchemas(database: Connection, started: Started): Schemas {
  const checker = new ThreadChecker({ startWorker: startSchemaThread })
  started.add(() => checker.close())
  return new Schemas({ store: new SqliteSchemaStore(database), checker, clock: Date.now })
}

async function openServer(
  config: Config,
  { logger, version }: EgregoreComponents,
  { identity, log, projections, backups, hooks, retention, database, network }: Served,
  started: Started,
): Promise<ApiServer> {
  let port = 0
  const about = {
    version,
    startedAt: Date.now(),
    networkKey: config.networkKey,
    isDefaultNetworkKey: config.networkKey === DEFAULT_NETWORK_KEY,
    port: () => port,
  }
  const schemas = openSchemas(database, started)
  const reviewer = new Reviewer({ schemas, isStrict: config.schemaStrict, secrets: config.publish.secrets })
  const paths = pathsOf(config.dataDir)
  const diskBytes = () => sizeOnDisk([paths.database, paths.projections])
  const own = { identity, log, projections, backups, hooks, retention, schemas, reviewer, diskBytes }
  const parts = { ...own, ...(network !== undefined && { network }) }
  const stopping = new AbortController()
  const rules = { callers: config.api, auth: authOf(config), mcp: config.mcp.enabled }
  const app = createApi({ ...parts, ...rules, logger, clock: Date.now, about, stopping: stopping.signal })
  const server = await startServer({ app, port: config.port })
  started.add(() => {
    stopping.abort()
    return server.stop()
  })
  port = server.port
  return server
}

/** The token is made by the first start that asks callers for it, unless its owner has chosen one. */
function authOf({ api: { auth: mode, token }, dataDir }: Config): Auth {
  return mode === 'off' ? { mode } : { mode, token: loadToken(pathsOf(dataDir).token, token) }
}

const MIB = 1024 * 1024

/** capability-gate.md, "Honest words". */
const PUBLIC_KEY_WARNING =
  'the network key is the default one, which everybody knows: it separates networks and protects nothing'

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
