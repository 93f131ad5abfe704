// Which messages a hook is called for. Pure but for the log's list of blocked authors.

import { agentOf } from '../content/index.ts'
import { isExpired } from '../log/index.ts'
import type { Entry, MessageEntry, Selection } from '../log/index.ts'
import type { HookFilter } from './hook.ts'

/** Whether an entry is a message that the filter lets pass. */
export function isWanted(entry: Entry, { authors, agents, contentTypes, tags }: HookFilter): entry is MessageEntry {
  if (entry.kind !== 'message' || !entry.inEffect) return false
  if (authors.length > 0 && !authors.includes(entry.author)) return false
  if (contentTypes.length > 0 && !contentTypes.includes(contentTypeOf(entry) ?? '')) return false
  if (agents.length > 0 && !agents.includes(agentOf(entry.envelope.content) ?? '')) return false
  return tags.length === 0 || (entry.envelope.tags ?? []).some((tag) => tags.includes(tag))
}

/** Whether it may be shown to anybody now: its author is not blocked, and its time is not over. */
export function isShown(entry: MessageEntry, selection: Pick<Selection, 'isBlocked'>, now: number): boolean {
  return !isExpired(entry, now) && !selection.isBlocked(entry.author)
}

/** By the earlier of the claimed and the received time, as lists order them: a first sync brings old messages, however late. */
export function ageOf({ envelope, receivedAt }: MessageEntry, now: number): number {
  return now - Math.min(Date.parse(envelope.timestamp), receivedAt)
}

/** `content.type`, where it is text. */
export function contentTypeOf({ envelope }: MessageEntry): string | undefined {
  const type = (envelope.content as { type?: unknown } | null)?.type
  return typeof type === 'string' ? type : undefined
}
