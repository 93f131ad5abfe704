// The face of store/: SQLite and the data directory. Implements what others declare; knows no rules.

export { SqliteCursorStore } from './cursor-store.ts'
export type { Connection } from './database.ts'
export { closeDatabase, openDatabase } from './database.ts'
export type { StoreErrorCode } from './errors.ts'
export { StoreError } from './errors.ts'
export { loadIdentity } from './identity-file.ts'
export type { DirectoryLock } from './lock.ts'
export { lockDirectory } from './lock.ts'
export { SqliteLogStore } from './log-store.ts'
export type { Query, Reader, SqlValue } from './reader.ts'
export { openReader } from './reader.ts'
export { writeWhole } from './write-whole.ts'
