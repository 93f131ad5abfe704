// The process of soundness.ts: reads a database whole, behind everything else on the machine, and says what it found. It is a process
// because a thread cannot be ended in the middle of one call to SQLite, and a node that is told to stop must not wait for it.

import { yieldToOthers } from '../../util/index.ts'
import { LogEntries } from '../log/log-entries.ts'
import { findingsIn } from './integrity.ts'
import type { FeedPlace } from '../../log/index.ts'

/** What it says, as one line of JSON. */
export type Findings = { findings: string[]; notAsSigned: FeedPlace[] } | { error: string }

/** Entries read at once. */
const BATCH_MAX = 256

const BATCH_BYTES_MAX = 1024 * 1024

/** Told at once; a disk that has spoilt more is replaced. */
const PLACES_MAX = 10_000

yieldToOthers()
process.stdout.write(JSON.stringify(look(process.argv[2] ?? '')))

function look(path: string): Findings {
  try {
    const findings = findingsIn(path)
    return { findings, notAsSigned: findings.length > 0 ? [] : messagesNotAsSignedIn(path) }
  } catch (error) {
    const { code, message, cause } = error as Error & { code?: unknown } // As: findingsIn throws nothing else.
    // A database so broken that it cannot be looked at is damaged; one that cannot be opened may be whole.
    return code === 'STORE_DAMAGED' ? { findings: [(cause as Error).message], notAsSigned: [] } : { error: message } // As: SQLite's own words.
  }
}

/** Messages whose text is not what was signed, which SQLite cannot judge. */
function messagesNotAsSignedIn(path: string): FeedPlace[] {
  const places: FeedPlace[] = []
  const log = new LogEntries(path)
  try {
    for (let last: number | undefined = 0; last !== undefined && places.length < PLACES_MAX; ) {
      const entries = log.readableAfter(last, BATCH_MAX, BATCH_BYTES_MAX)
      const damaged = entries.filter((entry) => entry.kind === 'damaged')
      places.push(...damaged.map(({ author, sequence }) => ({ author, sequence })))
      last = entries.at(-1)?.offset
    }
    return places.slice(0, PLACES_MAX)
  } finally {
    log.close()
  }
}
