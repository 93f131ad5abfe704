// The face of log/: every message this node holds, in arrival order; the source of truth.

export { LogError } from './errors.ts'
export { Log, MISSING_TOLD_MAX } from './log.ts'
export type { Entry, Envelope, ForgottenEntry, ForkedEntry, Link, MessageEntry } from './entry.ts'
export type { LogErrorCode } from './errors.ts'
export type { IngestOutcome, IngestResult } from './ingest.ts'
export type { FeedPosition, LogComponents, ReadOptions } from './log.ts'
export type {
  FeedRow,
  Head,
  HeadsQuery,
  HeldMessage,
  Hole,
  HoleReason,
  LogStore,
  NewMessage,
  RangeQuery,
  Root,
  StoreCounts,
  StoreCursor,
} from './log-store.ts'
