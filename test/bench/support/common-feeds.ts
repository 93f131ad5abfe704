// The feeds that several benches share, so that they are made once.

import { datasetOf } from './dataset.ts'
import type { BenchRun } from './bench-run.ts'
import type { Dataset } from './dataset.ts'

/** What goals.md asks of a cold sync. */
const SYNCED_MESSAGES = 50_000

/** What goals.md calls a large store. */
const LARGE_MESSAGES = 1_000_000
const LARGE_AUTHORS = 100

/** 50,000 messages of 500 bytes, signed in truth. */
export function signedFeeds(run: BenchRun, authors: number, onto?: Dataset): Promise<Dataset> {
  return datasetOf(run, { messages: run.sized(SYNCED_MESSAGES), authors, signatures: 'real', seed: authors }, onto)
}

/** 1,000,000 messages of 500 bytes. Their signatures are made up: nobody checks them again once they are stored. */
export function largeStore(run: BenchRun): Promise<Dataset> {
  const messages = run.sized(LARGE_MESSAGES)
  return datasetOf(run, { messages, authors: LARGE_AUTHORS, signatures: 'made up', seed: LARGE_MESSAGES })
}
