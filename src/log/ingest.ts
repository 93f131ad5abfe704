import type { FeedErrorCode } from '../feed/index.ts'
import type { MessageEntry } from './entry.ts'
/** What became of one verified or known message. */
export type IngestOutcome = 'appended' | 'duplicate' | 'forgotten' | 'expired' | 'blocked' | 'forked'

/** The answer to one item: an outcome, or the code of what was wrong with it. */
export type IngestResult = { outcome: IngestOutcome; entry?: MessageEntry } | { error: FeedErrorCode }
