// What its author gave of a memory, read back from where it lives. Numbers keep their spelling.

import { formatTimestamp, parseJson } from '../feed/index.ts'
import type { Envelope } from '../log/index.ts'
import type { LocalMemory } from './local-memory.ts'
import type { Memory, MemoryDraft } from './memory.ts'

export function draftOf(memory: Memory): MemoryDraft {
  return memory.kind === 'local' ? draftOfLocal(memory.memory) : draftOfMessage(memory.message)
}

function draftOfMessage({ text }: { text: string }): MemoryDraft {
  const { content, tags, expires_at: expiresAt } = parseJson(text) as Envelope // As: the text of a message that was verified.
  return { content: content as MemoryDraft['content'], tags, expiresAt } // As: what has a type is an object.
}

function draftOfLocal({ content, tags, expiresAt }: LocalMemory): MemoryDraft {
  return {
    content: parseJson(content) as MemoryDraft['content'], // As: a record is made of such a draft.
    tags,
    expiresAt: expiresAt === undefined ? undefined : formatTimestamp(expiresAt),
  }
}
