// What the log's answer about a message means to whoever asked for it.

import type { IngestOutcome, IngestResult } from '../../../log/index.ts'

/** With these outcomes a message needs not be asked for again. */
const TAKEN: ReadonlySet<IngestOutcome | undefined> = new Set(['appended', 'duplicate', 'mended', 'forked'])

/** Undefined for a message that is none. */
export function outcomeOf(result: IngestResult | undefined): IngestOutcome | undefined {
  return result !== undefined && 'outcome' in result ? result.outcome : undefined
}

export function isTaken(result: IngestResult): boolean {
  return TAKEN.has(outcomeOf(result))
}
