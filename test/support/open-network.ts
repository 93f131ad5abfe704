// A real network around a real log in this process, on a free port of the loopback interface.

import { onTestFinished } from 'vitest'
import { startNetwork } from '../../src/network/index.ts'
import { SqliteBanStore, SqliteMetPeerStore, SqlitePeerStore, SqlitePullStore } from '../../src/store/index.ts'
import { openLog } from './open-log.ts'
import type { Logger } from '../../src/logger.ts'
import type { Network, NetworkInit } from '../../src/network/index.ts'
import type { OpenLog } from './open-log.ts'

/** Says nothing. */
export const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export interface OpenNetwork extends OpenLog {
  network: Network
  /** As another node's peer. */
  address: string
}

export interface OpenNetworkInit extends Partial<NetworkInit> {
  seed: number
  path?: string
  logger?: Logger
  /** Of the network, not of the log. */
  clock?: () => number
}

/** Starts listening; stopped when the test ends. */
export async function openNetwork({
  seed,
  path = ':memory:',
  logger = SILENT,
  clock = Date.now,
  ...init
}: OpenNetworkInit): Promise<OpenNetwork> {
  const opened = openLog({ seed, path })
  const { log, identity, database } = opened
  const stores = {
    peerStore: new SqlitePeerStore(database),
    metPeerStore: new SqliteMetPeerStore(database),
    pullStore: new SqlitePullStore(database),
    banStore: new SqliteBanStore(database),
  }
  const network = await startNetwork(
    { identity, log, ...stores, clock, random: Math.random, logger },
    {
      networkKeys: ['a test network'],
      host: '127.0.0.1',
      port: 0,
      peers: [],
      filePeers: [],
      bootstrap: [],
      met: true,
      dht: false,
      reach: false,
      relay: false,
      upnp: false,
      push: true,
      intervalMs: 300_000,
      connectionsMax: 32,
      budgets: { authorBytes: 1e9, peerBytes: 1e9 },
      agent: '0.0.0',
      ...init,
    },
  )
  onTestFinished(() => network.stop())
  return { ...opened, network, address: `127.0.0.1:${network.port}` }
}
