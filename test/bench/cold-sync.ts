// A new node fetches 50,000 messages from one peer: verified, on disk, and searchable.

import { bareMessages } from './support/bare-message.ts'
import { measurePipeline } from './support/bare-pipeline.ts'
import { signedFeeds } from './support/common-feeds.ts'
import { messagesOf } from './support/dataset.ts'
import { sharesOf, syncOnce } from './support/sync.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'
import type { Measured } from './support/stopwatch.ts'
import type { Synced } from './support/sync.ts'

/** goals.md, row 1. */
const SHARE_OF_PIPELINE = 0.8

/** With one author, with a hundred, and the second beside the first. */
export async function coldSync(run: BenchRun): Promise<Finding[]> {
  const one = await syncFrom(run, 1)
  const hundred = await syncFrom(run, 100)
  return [
    ...findingsOf('cold sync, one author', one),
    ...findingsOf('cold sync, 100 authors', hundred),
    {
      what: 'cold sync, 100 authors',
      figure: hundred.synced.rate,
      limit: { ...one.synced.rate, of: 'cold sync, one author' },
      goal: { kind: 'share of the limit', share: 1 },
    },
  ]
}

interface Outcome {
  limit: Measured
  synced: Synced
}

async function syncFrom(run: BenchRun, authors: number): Promise<Outcome> {
  const source = await signedFeeds(run, authors)
  const limit = await measurePipeline(run, bareMessages(await messagesOf(source)))
  return { limit, synced: await syncOnce(run, source) }
}

function findingsOf(what: string, { limit, synced }: Outcome): Finding[] {
  const of = 'verify and insert together'
  const shares = sharesOf(synced)
  return [
    {
      what,
      figure: synced.rate,
      limit: { ...limit.rate, of },
      goal: { kind: 'share of the limit', share: SHARE_OF_PIPELINE },
      note: `two processes share the cores that the limit had alone; ${shares}`,
    },
    { what: `${what}, work for a message`, figure: synced.work, limit: { ...limit.work, of } },
  ]
}
