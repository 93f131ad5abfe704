// A memory on its way out: a message as it was signed, or a local record in the same form without what proves a message.

import { formatTimestamp } from '../../feed/index.ts'
import { localId } from '../../memory/index.ts'
import { authorsIn, hitFacts } from '../hits.ts'
import { messageText } from '../message-text.ts'
import type { Author } from '../../feed/index.ts'
import type { LocalMemoryRow, Memory, MemoryWithHistory, MeshMemory } from '../../memory/index.ts'
import type { Added } from '../message-text.ts'

/** What memories are told with. */
export interface Telling {
  /** How authors are called: {@link authorsOf} these memories. */
  names: ReadonlyMap<Author, string>
  /** Names of the parameters that narrowed a search. */
  filters?: readonly string[]
  /** Milliseconds since 1970. */
  now: number
}

/** The JSON text of a memory in a list or after it was written. */
export function memoryText(memory: Memory, telling: Telling): string {
  return memory.kind === 'mesh' ? meshText(memory, telling) : localText(memory, telling)
}

/** The same with its versions, and what became of it. */
export function memoryWithHistoryText(memory: MemoryWithHistory, telling: Telling): string {
  if (memory.kind === 'local') return localText(memory, telling)
  const { effect, thing } = memory
  const versions = thing.versions.map(({ hash, sequence, state }) => ({
    hash,
    sequence,
    state: state.replace(' ', '_'),
  }))
  return meshText(memory, telling, { effect, history: { first: thing.first, versions, count: thing.count } })
}

/** Whose names are wanted for these. */
export function authorsOf(memories: readonly Memory[]): Author[] {
  return memories.flatMap((memory) => {
    if (memory.kind === 'local') return []
    return memory.hit === undefined ? [memory.message.author] : authorsIn([memory.hit])
  })
}

function meshText(
  { message, hit, state }: MeshMemory,
  { names, filters = [], now }: Telling,
  more: Pick<Added, 'effect' | 'history'> = {},
): string {
  const facts =
    hit === undefined ? { author_name: names.get(message.author), state } : hitFacts(hit, { names, filters, now })
  return messageText(message, { ...facts, visibility: 'mesh', ...more })
}

/** A record in the form of a message, without what proves one. */
export function localText({ memory, hit }: LocalMemoryRow, telling: Telling): string {
  const { number, content, tags, expiresAt, createdAt, updatedAt } = memory
  const times = { created_at: formatTimestamp(createdAt), updated_at: formatTimestamp(updatedAt) }
  const rest = {
    ...(tags.length > 0 && { tags }),
    ...(expiresAt !== undefined && { expires_at: formatTimestamp(expiresAt) }),
    local: { visibility: 'local', ...times, ...(hit !== undefined && localHitFacts(memory, hit, telling)) },
  }
  // The content stands there as it was written.
  return `{"id":"${localId(number)}","content":${content},${JSON.stringify(rest).slice(1)}`
}

function localHitFacts(
  { updatedAt }: LocalMemoryRow['memory'],
  { score, snippet, hasAll }: NonNullable<LocalMemoryRow['hit']>,
  { filters = [], now }: Telling,
) {
  const matched = { how: hasAll ? 'all words' : 'some words', filters: [...filters] }
  return { age_secs: Math.max(0, Math.round((now - updatedAt) / 1000)), score, snippet, matched }
}
