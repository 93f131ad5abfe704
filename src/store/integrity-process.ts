// The process of soundness.ts: reads a database whole, behind everything else on the machine, and says what it found. It is a process
// because a thread cannot be ended in the middle of one call to SQLite, and a node that is told to stop must not wait for it.

import { yieldToOthers } from '../util/index.ts'
import { FINDINGS_MAX, findingsIn } from './integrity.ts'
import { LogEntries } from './log-entries.ts'

/** What it says, as one line of JSON. */
export type Findings = { findings: string[] } | { error: string }

/** Entries read at once. */
const BATCH_MAX = 256

const BATCH_BYTES_MAX = 1024 * 1024

yieldToOthers()
process.stdout.write(JSON.stringify(look(process.argv[2] ?? '')))

function look(path: string): Findings {
  try {
    const findings = findingsIn(path)
    return { findings: findings.length > 0 ? findings : messagesNotAsSignedIn(path) }
  } catch (error) {
    const { code, message, cause } = error as Error & { code?: unknown } // As: findingsIn throws nothing else.
    // A database so broken that it cannot be looked at is damaged; one that cannot be opened may be whole.
    return code === 'STORE_DAMAGED' ? { findings: [(cause as Error).message] } : { error: message } // As: SQLite's own words.
  }
}

/** Messages whose text is not what was signed, which SQLite cannot judge. */
function messagesNotAsSignedIn(path: string): string[] {
  const findings: string[] = []
  const log = new LogEntries(path, { refused: ({ details }) => findings.push(...(details.findings as string[])) }) // As: damaged() gives them.
  try {
    for (let last: number | undefined = 0; last !== undefined && findings.length < FINDINGS_MAX; ) {
      last = log.readableAfter(last, BATCH_MAX, BATCH_BYTES_MAX).at(-1)?.offset
    }
    return findings.slice(0, FINDINGS_MAX)
  } finally {
    log.close()
  }
}
