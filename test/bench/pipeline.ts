// The bare pipeline, which is the limit of a cold sync, and what each of its halves does alone.

import { join } from 'node:path'
import { BareDatabase, ROWS_PER_TRANSACTION } from './support/bare-database.ts'
import { bareMessages, verifyBare } from './support/bare-message.ts'
import { measurePipeline } from './support/bare-pipeline.ts'
import { signedFeeds } from './support/common-feeds.ts'
import { messagesOf } from './support/dataset.ts'
import { inLanes } from './support/lanes.ts'
import { slicesOf } from './support/slices.ts'
import { measure } from './support/stopwatch.ts'
import type { BareMessage } from './support/bare-message.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'
import type { Measured } from './support/stopwatch.ts'

const VERIFIED_AT_ONCE = 64

/** Verify and insert together, against each alone. */
export async function pipeline(run: BenchRun): Promise<Finding[]> {
  const messages = bareMessages(await messagesOf(await signedFeeds(run, 100)))
  const verifying = await measure(messages.length, () => inLanes(VERIFIED_AT_ONCE, messages, verifyBare))
  const inserting = await measureInserts(run, messages)
  const both = await measurePipeline(run, messages)
  const what = 'bare pipeline'
  return [
    { what, figure: both.rate, limit: { ...verifying.rate, of: 'verify alone, thread pool' } },
    { what, figure: both.rate, limit: { ...inserting.rate, of: 'insert alone, 500 a transaction' } },
    {
      what: `${what}, work for a message`,
      figure: both.work,
      limit: { value: verifying.work.value + inserting.work.value, unit: both.work.unit, of: 'both alone, added up' },
    },
  ]
}

/** How fast rows can be stored and indexed on this machine at this minute. */
export async function measureInserts(run: BenchRun, messages: readonly BareMessage[]): Promise<Measured> {
  const database = new BareDatabase(join(run.temporaryDirectory(), 'bare.db'))
  const measured = await measure(messages.length, () => {
    for (const slice of slicesOf(messages, ROWS_PER_TRANSACTION)) database.insert(slice)
  })
  database.close()
  return measured
}
