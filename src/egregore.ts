// The composition root: builds every part of a node, starts them in order, stops them in reverse. Reading starts here.

import { LogLevels, loggerOf } from './logger.ts'
import {
  openAllHooks,
  openLog,
  openNetwork,
  openRetention,
  openServer,
  openStorage,
  refuseUnfitAddresses,
  Started,
  startErasing,
  startProjections,
  whyNotStarted,
} from './parts/index.ts'
import type { Config } from './config/index.ts'
import type { Identity } from './feed/index.ts'
import type { Log } from './log/index.ts'
import type { Part } from './logger.ts'
import type { Network } from './network/index.ts'
import type { EgregoreComponents } from './parts/index.ts'
import type { Projections } from './projections/index.ts'

export type { EgregoreComponents } from './parts/index.ts'

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
    // Whatever else goes wrong, what is told is why it did not start.
    await started.stop().catch((failure: unknown) => components.logger.warn({ err: failure }, 'a part did not stop'))
    throw whyNotStarted(error, config)
  }
}

async function start(config: Config, components: EgregoreComponents, started: Started): Promise<Egregore> {
  await refuseUnfitAddresses(config)
  const levels = components.levels ?? new LogLevels(config.log.level)
  const componentsOf = (part: Part) => ({ ...components, levels, logger: loggerOf(part, components.logger, levels) })
  const storage = openStorage(config, componentsOf('store'), started)
  const log = openLog(config, componentsOf('log'), storage, started)
  const projections = await startProjections(config, componentsOf('projections'), { ...storage, log }, started)

  const parts = { ...storage, log, projections }
  // Opened before anybody outside is spoken to, for their configuration may be unfit; started behind the API, which they call.
  let apiUrl: string | undefined
  const hooks = openAllHooks(config, componentsOf('hooks'), parts, () => apiUrl)
  const network = config.offline ? undefined : await openNetwork(config, componentsOf('network'), parts, started)
  const retention = openRetention(config, componentsOf('log'), parts)
  const erasing = startErasing(componentsOf('log'), parts, started)
  const server = config.api.enabled
    ? await openServer(config, componentsOf('api'), { ...parts, network, hooks, retention, erasing }, started)
    : undefined
  if (server !== undefined) apiUrl = `http://127.0.0.1:${server.port}`
  started.add(() => hooks.stop())
  hooks.start()
  started.add(() => retention.stop())
  retention.start()

  const { identity, isNew } = storage
  const facts = { version: components.version, author: identity.author, api: server?.port, gossip: network?.port }
  componentsOf('node').logger.info(facts, 'node started')
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
