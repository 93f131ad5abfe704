// What the API works with. Narrow on purpose: a node runs without network, and the API never sees the store.

import type { Author, Hash, Identity } from '../feed/index.ts'
import type { Log, MessageEntry } from '../log/index.ts'
import type { Logger } from '../logger.ts'
import type { Network } from '../network/index.ts'
import type { CallerRules } from './callers.ts'

/** The parts of a node that the API translates to HTTP. */
export interface ApiComponents {
  identity: Identity
  log: Log
  projections: ApiProjections
  /** Absent when the node runs offline. */
  network?: Pick<Network, 'peerId' | 'multiaddrs' | 'port' | 'refusals' | 'peers'> | undefined
  logger: Logger
  /** Milliseconds since 1970. */
  clock: () => number
  about: About
  /** Who may call besides programs and pages of this machine's loopback names. */
  callers: CallerRules
}

/** Facts about this node that no part of it knows. */
export interface About {
  version: string
  /** The port that the server listens on, once it does; 0 before. */
  port: () => number
  /** Milliseconds since 1970. */
  startedAt: number
  networkKey: string
  /** Whether that key is the one that every node has by default: then the network is public. */
  isDefaultNetworkKey: boolean
}

/** What a list is narrowed to. */
export interface ListQuery {
  author?: Author | undefined
  /** An author to leave out. */
  notAuthor?: Author | undefined
  contentType?: string | undefined
  tag?: string | undefined
  relates?: Hash | undefined
  traceId?: string | undefined
  limit: number
  offset: number
  /** A {@link Page.next} that was given before. */
  after?: string | undefined
}

/** Messages, newest first. */
export interface Page {
  messages: MessageEntry[]
  /** How many there are in all, when they were counted. */
  total?: number
  /** Where the page behind this one begins; absent on the last. */
  next?: string
}

/** What is searched for, and where. */
export interface SearchQuery {
  text: string
  contentType?: string | undefined
  author?: Author | undefined
  tag?: string | undefined
  /** Milliseconds since 1970: only messages from then on. */
  since?: number | undefined
  /** Whether the text is written in FTS5's own query language. */
  fts5: boolean
  limit: number
  offset: number
}

/** One message that was found. */
export interface Hit {
  message: MessageEntry
  score: number
  snippet: string
}

/** How far a projection has read. */
export interface ProjectionState {
  name: string
  offset: number
  /** Entries of the log that it has not folded yet. */
  lag: number
  /** Why it stopped, in a sentence. */
  error?: string
}

/** What the API asks of the folds of the log. */
export interface ApiProjections {
  /** Resolves when every projection has folded this offset, or has stopped. */
  settled(offset: number): Promise<void>
  states(): ProjectionState[]
  list(query: ListQuery): Promise<Page>
  search(query: SearchQuery): Promise<{ hits: Hit[]; total?: number }>
}
