// One hook as it is configured: what it calls, for which messages, and how patiently.

import type { Author } from '../feed/index.ts'

/** An executable: the message on its standard input. It is started as it is, without a shell. */
export interface CommandTarget {
  kind: 'command'
  /** Absolute, or relative to the working directory of the node. */
  path: string
}

/** An address that takes the message as the body of a POST. */
export interface WebhookTarget {
  kind: 'webhook'
  /** http or https. Its path and its query may hold a secret and are never shown. */
  url: string
  /** Signs what is sent: as text, or `whsec_` and Base64. Never shown. */
  secret?: string | undefined
}

/** What a hook calls. */
export type Target = CommandTarget | WebhookTarget

/** What of a target may be shown: of a URL, neither user, path nor query. */
export function shownTarget(target: Target): string {
  return target.kind === 'command' ? target.path : new URL(target.url).origin
}

/** Which messages a hook is called for; an empty list leaves nobody out. A message has to pass all of them. */
export interface HookFilter {
  /** Values of `content.type`. */
  contentTypes: readonly string[]
  /** One of the message's tags is enough. */
  tags: readonly string[]
  authors: readonly Author[]
  /** Values of `content.agent`: several agents may speak through one author. */
  agents: readonly string[]
  /** Only what the inbox takes. */
  toMe: boolean
}

/** One hook. Its progress is kept under its name: under another name it is another hook. */
export interface HookInit {
  name: string
  target: Target
  filter: HookFilter
  /** After this an attempt is ended and has failed. */
  timeoutMs: number
  /** Attempts after the first one that failed. */
  retriesMax: number
  /** Before the first retry; doubled before each further one. */
  retryDelayMs: number
  /** Messages that it is called for at the same time. */
  concurrency: number
  /** Older messages are skipped and counted; undefined: none is too old. */
  maxAgeMs: number | undefined
  /** Where a hook that never ran before begins. */
  from: 'end' | 'beginning'
}
