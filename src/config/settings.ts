// Every setting in one table: its flag, its environment variable, its default, what it accepts and what it means.

import { z } from 'zod'

/** The key that every node has unless it is given another. Public: it separates networks, it protects nothing. */
export const DEFAULT_NETWORK_KEY = 'egregore-network-v1'

/** One setting. The environment variable is `EGREGORE_` and the flag's name in capitals. */
export interface Setting {
  /** Name of the flag without dashes, such as `gossip-port`. */
  flag: string
  /** Placeholder of the value in help; absent for a switch. */
  value?: string
  /** For help. */
  description: string
  /** Whether the flag may stand several times. */
  repeatable?: boolean
  /** Whether an empty environment variable is refused instead of ignored. */
  refusesEmpty?: boolean
}

/** A blank text is no number; `Number(' ')` would make it 0. */
const number = (least: number, most: number) =>
  z.preprocess(
    (given) => (typeof given === 'string' && given.trim() === '' ? Number.NaN : given),
    z.coerce.number().int().min(least).max(most),
  )

const port = number(0, 65_535)
const seconds = number(1, 86_400)
const yesOrNo = z.union([
  z.boolean(),
  z.enum(['true', '1', 'false', '0']).transform((text) => text === 'true' || text === '1'),
])

const EMPTY_KEY = 'The key is empty: is the variable it comes from set? Leave it out to join the public network.'

/** What each setting accepts, and its default. */
export const settingsSchema = z.strictObject({
  dataDir: z.string().min(1).default('./data'),
  port: port.default(7654),
  gossipPort: port.default(7655),
  gossipIntervalSecs: seconds.default(300),
  networkKey: z.string().min(1, EMPTY_KEY).max(1024).default(DEFAULT_NETWORK_KEY),
  peer: z.array(z.string()).max(1_000).default([]),
  bootstrap: z.array(z.string()).max(1_000).default([]),
  mdns: yesOrNo.default(false),
  lanDiscovery: yesOrNo.default(false),
  discoveryPort: number(1, 65_535).default(5353),
  met: yesOrNo.default(true),
  dht: yesOrNo.default(false),
  reach: yesOrNo.default(true),
  relay: yesOrNo.default(false),
  upnp: yesOrNo.default(false),
  allowPublicNetwork: yesOrNo.default(false),
  push: yesOrNo.default(true),
  maxPersistentConnections: number(1, 1_000).default(32),
  // A first sync of some million messages fits.
  authorBudgetMib: number(1, 16_777_216).default(4_096),
  peerBudgetMib: number(1, 16_777_216).default(16_384),
  api: yesOrNo.default(true),
  offline: yesOrNo.default(false),
  hookOnMessage: z.string().min(1).optional(),
  hookTimeoutSecs: seconds.default(30),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

/** All settings of a node, checked. */
export type Config = z.output<typeof settingsSchema>

/** How each setting is named and explained outside. */
export const SETTINGS: Readonly<Record<keyof Config, Setting>> = {
  dataDir: { flag: 'data-dir', value: 'path', description: 'identity keys and SQLite databases' },
  port: { flag: 'port', value: 'port', description: 'HTTP API port, on 127.0.0.1 only; 0 picks a free one' },
  gossipPort: { flag: 'gossip-port', value: 'port', description: 'TCP port for peers; 0 picks a free one' },
  gossipIntervalSecs: {
    flag: 'gossip-interval-secs',
    value: 'seconds',
    description: 'time between sync rounds with --no-push',
  },
  networkKey: {
    flag: 'network-key',
    value: 'key',
    description: 'only nodes with the same key can speak to each other',
    refusesEmpty: true, // Usually a shell variable that is not set; the default is a network that everybody can join.
  },
  peer: { flag: 'peer', value: 'address', description: 'a peer, host:port or multiaddr', repeatable: true },
  bootstrap: {
    flag: 'bootstrap',
    value: 'address',
    description: 'an entry point of the network, dialled while fewer than four peers are connected',
    repeatable: true,
  },
  mdns: { flag: 'mdns', description: 'find nodes of this network on the LAN' },
  lanDiscovery: { flag: 'lan-discovery', description: 'the same as --mdns' },
  discoveryPort: { flag: 'discovery-port', value: 'port', description: 'UDP port of --mdns, the same on all nodes' },
  met: { flag: 'no-met', description: 'do not dial peers that were connected in an earlier run' },
  dht: { flag: 'dht', description: 'find nodes of this network through one another; needs a network key of your own' },
  reach: {
    flag: 'no-reach',
    description: 'neither use relays nor look for direct ways; only with a network key of your own they are used',
  },
  relay: { flag: 'relay', description: 'carry members that cannot be reached; needs a network key of your own' },
  upnp: { flag: 'upnp', description: 'have the router let peers in; needs a network key of your own' },
  allowPublicNetwork: {
    flag: 'allow-public-network',
    description: 'use what needs a network key of your own with the public one',
  },
  push: { flag: 'no-push', description: 'no gossip, no live streams: ask peers now and then for what is new' },
  maxPersistentConnections: {
    flag: 'max-persistent-connections',
    value: 'count',
    description: 'connections kept, besides those that others open',
  },
  authorBudgetMib: {
    flag: 'author-budget-mib',
    value: 'MiB',
    description: 'stored of one author in a day; the rest is asked for later',
  },
  peerBudgetMib: {
    flag: 'peer-budget-mib',
    value: 'MiB',
    description: 'stored in a day of what one peer gives; the rest is asked for later',
  },
  api: { flag: 'no-api', description: 'no HTTP API: a node that only relays' },
  offline: { flag: 'offline', description: 'no network: a node that only keeps its own log' },
  hookOnMessage: {
    flag: 'hook-on-message',
    value: 'path',
    description: 'an executable that is started for every new message, which it finds on its standard input',
  },
  hookTimeoutSecs: {
    flag: 'hook-timeout-secs',
    value: 'seconds',
    description: 'after which a hook has failed and is ended',
  },
  logLevel: { flag: 'log-level', value: 'level', description: 'debug, info, warn, error or silent' },
}
