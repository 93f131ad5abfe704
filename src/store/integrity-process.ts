// The process of soundness.ts: reads a database whole, behind everything else on the machine, and says what it found. It is a process
// because a thread cannot be ended in the middle of one call to SQLite, and a node that is told to stop must not wait for it.

import { yieldToOthers } from '../util/index.ts'
import { findingsIn } from './integrity.ts'

/** What it says, as one line of JSON. */
export type Findings = { findings: string[] } | { error: string }

yieldToOthers()
process.stdout.write(JSON.stringify(look(process.argv[2] ?? '')))

function look(path: string): Findings {
  try {
    return { findings: findingsIn(path) }
  } catch (error) {
    const { code, message, cause } = error as Error & { code?: unknown } // As: findingsIn throws nothing else.
    // A database so broken that it cannot be looked at is damaged; one that cannot be opened may be whole.
    return code === 'STORE_DAMAGED' ? { findings: [(cause as Error).message] } : { error: message } // As: SQLite's own words.
  }
}
