// What the API works with. Narrow on purpose: a node runs without network, and the API never sees the store.

import type { Reviewer, Schemas } from '../content/index.ts'
import type { Identity } from '../feed/index.ts'
import type { Erasing, Log, Retention } from '../log/index.ts'
import type { Logger, LogLevels } from '../logger.ts'
import type { Memories } from '../memory/index.ts'
import type { Network } from '../network/index.ts'
import type { MailboxStore, Projections } from '../projections/index.ts'
import type { KeyedMutex } from '../util/index.ts'
import type { Auth } from './auth.ts'
import type { CallerRules } from './callers.ts'
import type { EventStreams } from './events/event-streams.ts'
import type { HookControl } from './hook-control.ts'
import type { Importing } from './importing.ts'
import type { Metrics } from './metrics.ts'

/** The parts of a node that the API translates to HTTP. */
export interface ApiComponents {
  identity: Identity
  log: Log
  /** What is said of a draft before it is signed. */
  reviewer: Pick<Reviewer, 'review'>
  /** The forms of content that this node knows. */
  schemas: Schemas
  projections: Pick<
    Projections,
    | 'settled'
    | 'states'
    | 'list'
    | 'search'
    | 'topics'
    | 'effectOf'
    | 'names'
    | 'recentNames'
    | 'cards'
    | 'agentsOf'
    | 'namedLike'
    | 'inbox'
    | 'criticalInLastHour'
    | 'questions'
    | 'question'
  >
  /** Absent when the node runs offline. */
  network?:
    | Pick<
        Network,
        | 'peerId'
        | 'multiaddrs'
        | 'port'
        | 'olderKeys'
        | 'reach'
        | 'refusals'
        | 'lastRefusals'
        | 'following'
        | 'gossip'
        | 'peers'
        | 'presence'
      >
    | undefined
  /** What agents remember. */
  memories: Pick<
    Memories,
    | 'remember'
    | 'keep'
    | 'recall'
    | 'find'
    | 'recent'
    | 'get'
    | 'latest'
    | 'supersede'
    | 'retract'
    | 'restore'
    | 'forget'
  >
  /** What of all messages is kept. */
  retention: Pick<Retention, 'policies' | 'init' | 'lastSweep' | 'sweep' | 'preview'>
  /** Forgets what its author has erased. */
  erasing: Pick<Erasing, 'erase'>
  /** Bytes that log and projections take on disk, and bytes that are left there. */
  disk: { used: () => number; free: () => number }
  /** Whether that is whole, and well kept. */
  storage: StorageCare
  /** Makes copies of the log on disk, one at a time. */
  backups: { make(): Promise<BackupMade> }
  /** What this node has read, and whom it does not want to hear. */
  mailbox: MailboxStore
  hooks: HookControl
  logger: Logger
  /** How much each part of the node says to the log. */
  levels: LogLevels
  /** Milliseconds since 1970. */
  clock: () => number
  about: About
  /** Who may call besides programs and pages of this machine's loopback names. */
  callers: CallerRules
  /**
   * Which calls need a token.
   *
   * @default { mode: 'off' }
   */
  auth?: Auth
  /** Aborts when the node stops: streams, which would never end by themselves, then end. */
  stopping: AbortSignal
  /**
   * Whether agents are served at /mcp.
   *
   * @default true
   */
  mcp?: boolean
  /**
   * Which tools they are offered: the eleven of the original, or all.
   *
   * @default 'all'
   */
  mcpTools?: 'core' | 'all'
}

/** What routes work with: the components, and what all calls of one API share. */
export interface ApiParts extends ApiComponents {
  events: EventStreams
  importing: Importing
  /** By what is not to be done twice at once. */
  mutex: KeyedMutex<string>
  metrics: Metrics
}

/** How the log's database is. */
export interface StorageCare {
  /** Whether it is whole, as far as that was looked at: after a node that did not stop in order, it is. */
  readonly state: 'unchecked' | 'checking' | 'whole' | 'damaged' | 'unfinished'
  /** What is wrong with a damaged one. */
  readonly findings: readonly string[]
  /** Why nothing can be written at present, and what to do; undefined while nothing keeps it from that. */
  readonly writeFailure: string | undefined
  /** What keeps the WAL from being written back; undefined while nothing does. */
  readonly walFailure: string | undefined
  /** @throws an error with a public code, when it is damaged or gone */
  refuseWhenDamaged(): void
}

/** A copy of the log that is whole. */
export interface BackupMade {
  /** The directory that holds it. */
  path: string
  bytes: number
  /** Milliseconds since 1970. */
  madeAt: number
}

/** Facts about this node that no part of it knows. */
export interface About {
  version: string
  /** The port that the server listens on, once it does; 0 before. */
  port: () => number
  /** Milliseconds since 1970. */
  startedAt: number
  /** The one that this node speaks with. */
  networkKey: string
  /** Whether a key that lets somebody in is the one that every node has by default: then the network is public. */
  isDefaultNetworkKey: boolean
}
