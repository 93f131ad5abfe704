// The face of log/: every message this node holds, in arrival order; the source of truth.

export { BLOCKS_MAX, FOLLOWS_MAX, POLICIES_MAX, TOPIC_BYTES_MAX, TOPICS_MAX } from './constants.ts'
export { Erasing } from './erasing.ts'
export { LogError } from './errors.ts'
export { isExpired } from './expiry.ts'
export { MISSING_TOLD_MAX } from './feed-position.ts'
export { Log } from './log.ts'
export { LogReader } from './log-reader.ts'
export { Mending } from './mending.ts'
export { Retention } from './retention.ts'
export { Selection } from './selection.ts'
export { WorkerVerifying } from './verifying.ts'
export type { LogComponents, Room, Soundness } from './components.ts'
export type { DamagedEntry, Entry, Envelope, ForgottenEntry, ForkedEntry, Link, MessageEntry } from './entry.ts'
export type { ErasedMessages, ErasingComponents } from './erasing.ts'
export type { LogErrorCode } from './errors.ts'
export type { FeedPosition, PositionAsked } from './feed-position.ts'
export type { FeedPlace, FeedRange, Removed } from './forgetting.ts'
export type { IngestOptions, IngestOutcome, IngestResult } from './ingest.ts'
export type { EntrySource, ReadOptions } from './log-reader.ts'
export type {
  FeedFilter,
  FeedRow,
  Head,
  HeadsPageQuery,
  HeadsQuery,
  HeldMessage,
  Hole,
  HoleReason,
  LogStore,
  Mended,
  NewMessage,
  RangeQuery,
  RemovedRow,
  Root,
  StoreCounts,
  StoreCursor,
  TaggedPage,
  TaggedPageQuery,
  TaggedQuery,
} from './log-store.ts'
export type { MendingListener } from './mending.ts'
export type { Policy, PolicyDraft, PolicyScope, PolicyStore } from './policy.ts'
export type { Published } from './publish.ts'
export type { PublishedKeyStore, PublishedUnderKey, PublishOnce } from './published-keys.ts'
export type { Preview, RetentionComponents, RetentionInit, Sweep } from './retention.ts'
export type { Scope, SelectedScope, SelectionList, SelectionStore } from './selection.ts'
export type { HeldAt, HeldMessages, MessageLists, Place, PlacesQuery, ValueAt } from './surplus.ts'
export type { CheckedSignatures, PackedSignatures, Verifying } from './verifying.ts'
