// The network, from configuration.

import { DEFAULT_NETWORK_KEY } from '../config/index.ts'
import { SqliteBanStore, SqliteMetPeerStore, SqlitePeerStore, SqlitePullStore } from '../store/index.ts'
import type { Config } from '../config/index.ts'
import type { Network } from '../network/index.ts'
import type { EgregoreComponents, Parts } from './components.ts'
import type { Started } from './started.ts'

/** @throws NetworkError for an address that cannot be dialled */
export async function refuseUnfitAddresses({ peers, bootstrap }: Config): Promise<void> {
  const addresses = [...peers, ...bootstrap]
  if (addresses.length === 0) return
  const { parsePeerAddress } = await networkCode()
  for (const address of addresses) parsePeerAddress(address)
}

export async function openNetwork(
  config: Config,
  { logger, version }: EgregoreComponents,
  { identity, isNew, log, database }: Parts,
  started: Started,
): Promise<Network> {
  const isPublic = config.networkKeys.includes(DEFAULT_NETWORK_KEY)
  if (isPublic) logger.warn({}, PUBLIC_KEY_WARNING)
  const older = config.networkKeys.length - 1
  if (older > 0) logger.info({ older }, 'older network keys let peers in as well')
  const peerStore = new SqlitePeerStore(database)
  const metPeerStore = new SqliteMetPeerStore(database)
  const pullStore = new SqlitePullStore(database)
  const banStore = new SqliteBanStore(database)
  const { startNetwork } = await networkCode()
  const network = await startNetwork(
    { identity, log, peerStore, metPeerStore, pullStore, banStore, clock: Date.now, random: Math.random, logger },
    {
      networkKeys: config.networkKeys,
      host: config.gossipBind,
      port: config.gossipPort,
      peers: config.peers,
      filePeers: config.file?.peers ?? [],
      bootstrap: config.bootstrap,
      mdnsPort: config.mdns || config.lanDiscovery ? config.discoveryPort : undefined,
      met: config.met,
      dht: config.dht,
      // Members carry members: in the public network those are anybody.
      reach: config.reach && (!isPublic || config.allowPublicNetwork),
      relay: config.relay.serve,
      upnp: config.upnp,
      push: config.push,
      presence: config.presence.enabled,
      intervalMs: config.gossipIntervalSecs * 1000,
      connectionsMax: config.maxPersistentConnections,
      budgets: { authorBytes: config.authorBudgetMib * MIB, peerBytes: config.peerBudgetMib * MIB },
      agent: version,
    },
  )
  started.add(() => network.stop())
  // Who has never spoken, or knows nobody, has nothing to hear.
  if (!isNew && network.peers.list().length > 0) log.ownFeed.waitForPeers(PEERS_ANSWER_MS)
  return network
}

/** With libp2p it is half of all that a node loads: one without network does not wait for it. */
function networkCode(): Promise<typeof import('../network/index.ts')> {
  return import('../network/index.ts')
}

const MIB = 1024 * 1024

/** Peers across the world have told what they hold in less; where none answers, publishing waits for nobody. */
const PEERS_ANSWER_MS = 3_000

/** capability-gate.md, "Honest words". */
const PUBLIC_KEY_WARNING =
  'a network key is the default one, which everybody knows: it separates networks and protects nothing'
