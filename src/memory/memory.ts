// A memory, wherever it lives, and what its author gives of it.

import type { Warning } from '../content/index.ts'
import type { Hash } from '../feed/index.ts'
import type { MessageEntry } from '../log/index.ts'
import type { Effect, Hit, State, Thing } from '../projections/index.ts'
import type { LocalHit, LocalMemory } from './local-memory.ts'

/** One that every node may hold: a message. */
export interface MeshMemory {
  kind: 'mesh'
  message: MessageEntry
  /** Of a search. */
  hit?: Hit
  /** Of a list, when it is not in force. */
  state?: State
}

/** One that this machine alone holds. */
export interface LocalMemoryRow {
  kind: 'local'
  memory: LocalMemory
  /** Of a search. */
  hit?: LocalHit & { hasAll: boolean }
}

export type Memory = MeshMemory | LocalMemoryRow

/** A memory with what became of it: of a message, its versions and whether it is in force. */
export type MemoryWithHistory = (MeshMemory & { effect: Effect; thing: Thing }) | LocalMemoryRow

/** What its author gives. */
export interface MemoryDraft {
  /** Of the form of protocols/content/memory/1, `type` and `category` included. */
  content: Readonly<Record<string, unknown>>
  tags?: readonly string[] | undefined
  /** As messages spell times. */
  expiresAt?: string | undefined
}

/** Another memory that says nearly the same. */
export interface Similar {
  /** Hash or local id. */
  id: string
  title?: string
  /** Words in common, as a share of the words of both: from 0 to 1. */
  score: number
}

/** What became of a draft. */
export interface Remembered {
  memory: Memory
  /** False when the same had been remembered before. */
  isNew: boolean
  warnings: readonly Warning[]
  similar: readonly Similar[]
}

/** What forgetting did. */
export interface Forgotten {
  /** Hash of the first message of the memory, or its local id. */
  forgotten: string
  /** Versions whose text is gone from here. */
  versions: number
  /** Hash of the message that asks peers to forget it too. */
  message?: Hash
}
