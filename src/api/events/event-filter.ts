// What one event stream shows: what the lists of the API show, and of that what its client asked for.

import { agentOf } from '../../content/index.ts'
import { isExpired } from '../../log/index.ts'
import type { Author } from '../../feed/index.ts'
import type { Entry, ForgottenEntry, Log, MessageEntry } from '../../log/index.ts'

/** Filters that are absent let everything pass; those that are given all hold. */
export interface EventFilter {
  /** `content.type`, when it is a string. */
  contentType?: string | undefined
  author?: Author | undefined
  tag?: string | undefined
  /** Which of several agents of a node says it. */
  agent?: string | undefined
  /** Whether our own messages are told of. */
  includeSelf: boolean
  /** Whether only what is meant for us is told of, as the inbox has it. */
  inbox: boolean
}

/** What decides beside the filter. */
export interface Showing {
  log: Pick<Log, 'author' | 'selection'>
  /** Milliseconds since 1970. */
  clock: () => number
}

/** Whether this entry is told of: a message, or a gap. A gap of unknown content passes every filter but those by author. */
export function isShown(entry: Entry, filter: EventFilter, showing: Showing): entry is MessageEntry | ForgottenEntry {
  if (entry.kind === 'forked' || entry.kind === 'damaged' || !isFrom(entry.author, filter, showing)) return false
  return entry.kind === 'forgotten' || (entry.inEffect && fits(entry, filter) && !isExpired(entry, showing.clock()))
}

function isFrom(author: Author, filter: EventFilter, { log }: Showing): boolean {
  if (filter.author !== undefined && filter.author !== author) return false
  return (filter.includeSelf || author !== log.author) && !log.selection.isBlocked(author)
}

function fits({ envelope }: MessageEntry, { contentType, tag, agent }: EventFilter): boolean {
  if (contentType !== undefined && typeOf(envelope.content) !== contentType) return false
  if (agent !== undefined && agentOf(envelope.content) !== agent) return false
  return tag === undefined || (envelope.tags?.includes(tag) ?? false)
}

function typeOf(content: unknown): unknown {
  return typeof content === 'object' && content !== null && 'type' in content ? content.type : undefined
}
