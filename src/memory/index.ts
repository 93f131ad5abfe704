// The face of memory/: what agents remember, in the mesh and on this machine alone.

export { MemoryError } from './errors.ts'
export { Expiring } from './expiring.ts'
export { Memories } from './memories.ts'
export { localId, memoryIdOf } from './memory-id.ts'
export type { MemoryErrorCode } from './errors.ts'
export type { LocalFilters, LocalHit, LocalMemory, LocalMemoryStore, LocalPlace, LocalRecord } from './local-memory.ts'
export type { MemoriesComponents } from './memories.ts'
export type {
  Forgotten,
  LocalMemoryRow,
  Memory,
  MemoryDraft,
  MemoryWithHistory,
  MeshMemory,
  Remembered,
  Similar,
} from './memory.ts'
export type { MemoryId } from './memory-id.ts'
export type { FindQuery, MemoryFilters, MemoryPage, RecallQuery, RecentQuery } from './recalling.ts'
