// The face of store/: SQLite and the data directory. Implements what others declare; knows no rules.

export { Backups } from './backups.ts'
export { SqliteBanStore } from './ban-store.ts'
export { Checkpointer } from './checkpointer.ts'
export { SqliteCursorStore } from './cursor-store.ts'
export { closeDatabase, DATABASE_FILE, openDatabase } from './database.ts'
export { freeOnDisk, sizeOnDisk } from './disk-size.ts'
export { DiskSpace } from './disk-space.ts'
export { isSqliteError, StoreError, storeErrorFrom } from './errors.ts'
export { holdPublishing, holdWithoutLog, releasePublishing } from './hold-publishing.ts'
export { SqliteHookStore } from './hook-store.ts'
export {
  exportIdentity,
  hasSealedKey,
  importIdentity,
  isSealedFile,
  loadIdentity,
  protectIdentity,
} from './identity-file.ts'
export { inspectLogFile, inspectProjectionsFile } from './inspect.ts'
export { forgetLatestSequence, LatestSequence } from './latest-sequence.ts'
export { SqliteLocalMemoryStore } from './local-memory-store.ts'
export { holderOfLock, lockDirectory } from './lock.ts'
export { LogEntries } from './log-entries.ts'
export { SqliteLogStore } from './log-store.ts'
export { SqliteMailboxStore } from './mailbox-store.ts'
export { SqliteMetPeerStore } from './met-peer-store.ts'
export { SqlitePeerStore } from './peer-store.ts'
export { SqlitePolicyStore } from './policy-store.ts'
export { foldedLogIn, openProjectionDatabase, prepareProjectionDatabase } from './projection-database.ts'
export { SqlitePublishedKeyStore } from './published-key-store.ts'
export { SqlitePullStore } from './pull-store.ts'
export { openReader } from './reader.ts'
export { finishRestore, restoreDatabase } from './restore.ts'
export { RunningMark } from './running-mark.ts'
export { SqliteSchemaStore } from './schema-store.ts'
export { SqliteSelectionStore } from './selection-store.ts'
export { DatabaseSoundness } from './soundness.ts'
export { loadToken } from './token-file.ts'
export type { Backup } from './backups.ts'
export type { CheckpointerComponents } from './checkpointer.ts'
export type { Connection } from './database.ts'
export type { StoreErrorCode } from './errors.ts'
export type { LogInspection, ProjectionsInspection } from './inspection.ts'
export type { KeyProtection } from './key-files.ts'
export type { DirectoryLock, Holder } from './lock.ts'
export type { Query, Reader, SqlValue } from './reader.ts'
export type { SoundnessState } from './soundness.ts'
