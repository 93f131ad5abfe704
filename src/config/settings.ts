// Every setting in one table: its key, its flag, its environment variable, its default, what it accepts and what it means.

import { DATA_DIRECTORY_DEFAULT } from '../data-directory.ts'
import { hookEntry } from './hook-entry.ts'
import { setting, settingsIn } from './setting.ts'
import {
  bearerToken,
  hostName,
  ipAddress,
  list,
  logLevels,
  mebibytes,
  oneOf,
  path,
  port,
  seconds,
  text,
  webOrigin,
  wholeNumber,
  yesOrNo,
} from './values.ts'
import type { SecretsPolicy } from '../content/index.ts'
import type { ValuesOf } from './setting.ts'

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
  api: {
    enabled: setting({
      accepts: yesOrNo,
      default: true,
      flag: 'no-api',
      description: 'the HTTP API; without it a node only relays',
      formerly: ['api_enabled'],
    }),
    // No other address: verbs look for the node at 127.0.0.1.
    bind: setting({
      accepts: oneOf(['127.0.0.1', '0.0.0.0']),
      default: '127.0.0.1',
      flag: 'api-bind',
      value: 'address',
      description:
        'where the API listens: 127.0.0.1, or 0.0.0.0 for every address, as in a container; that asks for --api-auth token',
    }),
    auth: setting({
      accepts: oneOf(['off', 'token', 'token-writes']),
      default: 'off',
      flag: 'api-auth',
      value: 'mode',
      description: 'which API calls need the token in <data-dir>/api.token: off, token (all) or token-writes',
      formerly: ['api_auth_enabled'],
      translate: (enabled) => (enabled === true ? 'token-writes' : enabled === false ? 'off' : enabled),
    }),
    token: setting({
      accepts: bearerToken.optional(),
      default: undefined,
      description: 'a token of your own for api.auth, kept in <data-dir>/api.token; without it one is made',
      secret: true, // No flag: other users of the machine see those.
      formerly: ['api_auth_token'],
    }),
    hosts: setting({
      accepts: list(hostName, 100),
      default: [],
      flag: 'api-host',
      value: 'name',
      description: 'a host name under which the API may be called besides loopback names, as through a tunnel',
      example: ['desk.example.org'],
      repeatable: true,
    }),
    origins: setting({
      accepts: list(webOrigin, 100),
      default: [],
      flag: 'api-origin',
      value: 'origin',
      description: 'an origin whose web pages may call the API',
      example: ['http://localhost:3000'],
      repeatable: true,
    }),
  },
  mcp: {
    enabled: setting({
      accepts: yesOrNo,
      default: true,
      flag: 'no-mcp',
      description: 'the MCP endpoint for agents, POST /mcp',
      formerly: ['mcp_enabled'],
    }),
    tools: setting<'core' | 'all'>({
      accepts: oneOf(['core', 'all']),
      default: 'all',
      flag: 'mcp-tools',
      value: 'set',
      description: 'which tools agents are offered: core, the eleven of the original, or all',
    }),
  },
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
  hooks: setting({
    accepts: list(hookEntry, 32),
    default: [],
    description: 'commands and webhooks that are called for messages; docs/hooks.md has their keys',
    example: [{ name: 'answer', on_message: '~/hooks/answer.sh', content_type: 'query', timeout_secs: 60 }],
    secret: true, // They may hold secrets, and their URLs tokens.
  }),
  hooksAllowCommands: setting({
    accepts: yesOrNo,
    default: true,
    description: 'whether hooks may start commands; false refuses a configuration in which one does',
    formerly: ['allow_subprocess_hooks'],
  }),
  hookOnMessage: setting({
    accepts: path.optional(),
    default: undefined,
    flag: 'hook-on-message',
    value: 'path',
    description: 'an executable that is started for every new message, which it finds on its standard input',
    example: '~/hooks/on-message.sh',
  }),
  hookWebhookUrl: setting({
    accepts: text(2_048).optional(),
    default: undefined,
    flag: 'hook-webhook-url',
    value: 'url',
    description: 'an address to which every new message is posted',
    example: 'https://example.org/egregore',
    secret: true, // Receivers often put a token into the path.
  }),
  hookTimeoutSecs: setting({
    accepts: seconds,
    default: 30,
    flag: 'hook-timeout-secs',
    value: 'seconds',
    description: 'time after which a hook has failed and is ended',
  }),
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
