// Settings of the network: where peers meet, by which key, how they find one another, and what they may cost.

import { setting } from '../setting.ts'
import { ipAddress, list, mebibytes, port, seconds, text, wholeNumber, yesOrNo } from '../values.ts'

/** The key that every node has unless it is given another. Public: it separates networks, it protects nothing. */
export const DEFAULT_NETWORK_KEY = 'egregore-network-v1'

const EMPTY_KEY = 'the key is empty: is the variable it comes from set? Leave it out to join the public network'

/** The original writes this into new files, and refuses to start with it. */
const PLACEHOLDER_KEY = 'CHANGE_ME'
const PLACEHOLDER = `${PLACEHOLDER_KEY} stands for a key that was never chosen. All nodes of your network need the same one`

const networkKey = text(1_024, EMPTY_KEY).refine((key) => key !== PLACEHOLDER_KEY, PLACEHOLDER)

/** One that is spoken, and what is left of earlier ones. Every stranger's hello is tried with each, and each is one more secret that opens the network. */
const NETWORK_KEYS_MAX = 4

const networkKeys = list(networkKey, NETWORK_KEYS_MAX)
  .min(1, 'expected one key at least: the first is the one that is spoken')
  .superRefine((keys, { addIssue }) => {
    const again = keys.findIndex((key, index) => keys.indexOf(key) !== index)
    if (again !== -1) addIssue({ code: 'custom', path: [again], message: 'the same key stands before it already' })
  })

const address = text(1_024)

export const NETWORK_SETTINGS = {
  gossipPort: setting({
    accepts: port,
    default: 7655,
    flag: 'gossip-port',
    value: 'port',
    description: 'TCP port for peers; 0 picks a free one',
  }),
  gossipBind: setting({
    accepts: ipAddress,
    default: '0.0.0.0',
    flag: 'gossip-bind',
    value: 'address',
    description: 'IP address on which peers are listened for; 127.0.0.1 lets in nobody from another machine',
  }),
  gossipIntervalSecs: setting({
    accepts: seconds,
    default: 300,
    flag: 'gossip-interval-secs',
    value: 'seconds',
    description: 'time between sync rounds with --no-push',
  }),
  networkKey: setting({
    accepts: networkKey,
    default: DEFAULT_NETWORK_KEY,
    flag: 'network-key',
    value: 'key',
    description: 'only nodes with the same key can speak to each other',
    refusesEmpty: true, // Usually a shell variable that is not set; the default is a network that everybody can join.
    secret: true,
  }),
  networkKeys: setting({
    accepts: networkKeys.optional(),
    default: undefined,
    flag: 'network-keys',
    value: 'keys',
    description: 'the network key and, while a network changes it, the old ones: the first is spoken, all let in',
    example: ['the new key', 'the old key'],
    wholeList: true,
    refusesEmpty: true, // As above.
    secret: true,
  }),
  peers: setting({
    accepts: list(address),
    default: [],
    flag: 'peer',
    value: 'address',
    description: 'a peer, host:port or multiaddr',
    example: ['192.168.1.100:7655', 'node.example.org:7655'],
    repeatable: true,
  }),
  bootstrap: setting({
    accepts: list(address),
    default: [],
    flag: 'bootstrap',
    value: 'address',
    description: 'an entry point of the network, dialled while fewer than four peers are connected',
    example: ['entry.example.org:7655'],
    repeatable: true,
  }),
  mdns: setting({
    accepts: yesOrNo,
    default: false,
    flag: 'mdns',
    description: 'find nodes of this network on the LAN',
    formerly: ['mdns_discovery'],
  }),
  lanDiscovery: setting({
    accepts: yesOrNo,
    default: false,
    flag: 'lan-discovery',
    description: 'the same as --mdns',
  }),
  discoveryPort: setting({
    accepts: wholeNumber(1, 65_535),
    default: 5353,
    flag: 'discovery-port',
    value: 'port',
    description: 'UDP port of --mdns, the same on all nodes',
  }),
  met: setting({
    accepts: yesOrNo,
    default: true,
    flag: 'no-met',
    description: 'dialling peers that were connected in an earlier run',
  }),
  dht: setting({
    accepts: yesOrNo,
    default: false,
    flag: 'dht',
    description: 'find nodes of this network through one another; needs a network key of your own',
  }),
  reach: setting({
    accepts: yesOrNo,
    default: true,
    flag: 'no-reach',
    description: 'relays, and direct ways through routers; used only with a network key of your own',
  }),
  relay: {
    serve: setting({
      accepts: yesOrNo,
      default: false,
      flag: 'relay',
      description: 'carry members that cannot be reached; needs a network key of your own',
    }),
  },
  upnp: setting({
    accepts: yesOrNo,
    default: false,
    flag: 'upnp',
    description: 'have the router let peers in; needs a network key of your own',
  }),
  allowPublicNetwork: setting({
    accepts: yesOrNo,
    default: false,
    flag: 'allow-public-network',
    description: 'use what needs a network key of your own with the public one',
  }),
  push: setting({
    accepts: yesOrNo,
    default: true,
    flag: 'no-push',
    description: 'gossip and live streams; without them peers are asked now and then for what is new',
    formerly: ['push_enabled'],
  }),
  presence: {
    enabled: setting({
      accepts: yesOrNo,
      default: true,
      description: 'say to the network that this node and its agents are there, and hear who else is; needs push',
    }),
  },
  maxPersistentConnections: setting({
    accepts: wholeNumber(1, 1_000),
    default: 32,
    flag: 'max-persistent-connections',
    value: 'count',
    description: 'connections kept, besides those that others open',
  }),
  // A first sync of some million messages fits.
  authorBudgetMib: setting({
    accepts: mebibytes,
    default: 4_096,
    flag: 'author-budget-mib',
    value: 'MiB',
    description: 'stored of one author in a day; the rest is asked for later',
  }),
  peerBudgetMib: setting({
    accepts: mebibytes,
    default: 16_384,
    flag: 'peer-budget-mib',
    value: 'MiB',
    description: 'stored in a day of what one peer gives; the rest is asked for later',
  }),
} as const
