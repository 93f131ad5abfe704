// The face of store/: SQLite and the data directory. Implements what others declare; knows no rules.
// log/ holds the messages, records/ a small table each, keys/ what only the owner may read; backups/ copy the log, soundness/ looks whether it
// is whole.

export { Backups } from './backups/backups.ts'
export { finishRestore, restoreDatabase } from './backups/restore.ts'
export { Checkpointer } from './checkpointer.ts'
export { SqliteCursorStore } from './cursor-store.ts'
export { closeDatabase, DATABASE_FILE, openDatabase } from './database.ts'
export { freeOnDisk, sizeOnDisk } from './disk-size.ts'
export { DiskSpace } from './disk-space.ts'
export { isSqliteError, StoreError, storeErrorFrom } from './errors.ts'
export { holdPublishing, holdWithoutLog, releasePublishing } from './hold-publishing.ts'
export {
  exportIdentity,
  hasSealedKey,
  importIdentity,
  isSealedFile,
  loadIdentity,
  protectIdentity,
} from './keys/identity-file.ts'
export { forgetLatestSequence, LatestSequence } from './keys/latest-sequence.ts'
export { loadToken } from './keys/token-file.ts'
export { holderOfLock, lockDirectory } from './lock.ts'
export { LogEntries } from './log/log-entries.ts'
export { SqliteLogStore } from './log/log-store.ts'
export { foldedLogIn, openProjectionDatabase, prepareProjectionDatabase } from './projection-database.ts'
export { openReader } from './reader.ts'
export { SqliteBanStore } from './records/ban-store.ts'
export { SqliteHookStore } from './records/hook-store.ts'
export { SqliteLocalMemoryStore } from './records/local-memory-store.ts'
export { SqliteMailboxStore } from './records/mailbox-store.ts'
export { SqliteMetPeerStore } from './records/met-peer-store.ts'
export { SqlitePeerStore } from './records/peer-store.ts'
export { SqlitePolicyStore } from './records/policy-store.ts'
export { SqlitePublishedKeyStore } from './records/published-key-store.ts'
export { SqlitePullStore } from './records/pull-store.ts'
export { SqliteSchemaStore } from './records/schema-store.ts'
export { SqliteSelectionStore } from './records/selection-store.ts'
export { inspectLogFile, inspectProjectionsFile } from './soundness/inspect.ts'
export { RunningMark } from './soundness/running-mark.ts'
export { DatabaseSoundness } from './soundness/soundness.ts'
export type { Backup } from './backups/backups.ts'
export type { CheckpointerComponents } from './checkpointer.ts'
export type { Connection } from './database.ts'
export type { StoreErrorCode } from './errors.ts'
export type { KeyProtection } from './keys/key-files.ts'
export type { DirectoryLock, Holder } from './lock.ts'
export type { Query, Reader, SqlValue } from './reader.ts'
export type { LogInspection, ProjectionsInspection } from './soundness/inspection.ts'
export type { SoundnessState } from './soundness/soundness.ts'
