// A node without network takes in what a peer would send: verified, on disk, folded into every projection.

import { pino } from 'pino'
import { readConfig } from '../../src/config/index.ts'
import { createEgregore } from '../../src/egregore.ts'
import { measureInserts } from './pipeline.ts'
import { bareMessages } from './support/bare-message.ts'
import { measurePipeline } from './support/bare-pipeline.ts'
import { signedFeeds } from './support/common-feeds.ts'
import { messagesOf } from './support/dataset.ts'
import { inLanes } from './support/lanes.ts'
import { slicesOf } from './support/slices.ts'
import { measure } from './support/stopwatch.ts'
import type { Item } from '../../src/feed/index.ts'
import type { Log } from '../../src/log/index.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

/** Items that replication hands over at once, and batches that it has under way. */
const ITEMS_PER_BATCH = 500
const BATCHES_AT_ONCE = 3

/** log.ingest in the bench's own process, until the last projection has folded the last message. */
export async function append(run: BenchRun): Promise<Finding[]> {
  const messages = bareMessages(await messagesOf(await signedFeeds(run, 100)))
  const pipeline = await measurePipeline(run, messages)
  const inserts = await measureInserts(run, messages)
  const items = messages.map(({ bytes, signature }) => ({ text: bytes, signature }))
  const config = readConfig({ dataDir: run.temporaryDirectory(), offline: true, api: { enabled: false } })
  const node = await createEgregore(config, { logger: pino({ level: 'silent' }), version: 'bench' })
  run.defer(() => node.stop())
  const { log, projections } = node
  const ours = await run.following('appending', undefined, () =>
    measure(items.length, async () => {
      await inLanes(BATCHES_AT_ONCE, [...slicesOf(items, ITEMS_PER_BATCH)], (batch) => take(log, batch))
      await projections.settled(log.cursor().offset)
    }),
  )
  const both = 'verify and insert together'
  return [
    {
      what: 'append and fold',
      figure: ours.rate,
      limit: { ...pipeline.rate, of: both },
      note: 'verified, and folded by all projections; the bare limit has one full-text index',
    },
    { what: 'append and fold', figure: ours.rate, limit: { ...inserts.rate, of: 'insert alone, 500 a transaction' } },
    { what: 'append and fold, work for a message', figure: ours.work, limit: { ...pipeline.work, of: both } },
  ]
}

async function take(log: Log, batch: readonly Item[]): Promise<void> {
  const results = await log.ingest(batch, 'a peer')
  const refused = results.find((result) => !('outcome' in result && result.outcome === 'appended'))
  if (refused !== undefined) throw new Error(`A prepared message was not appended: ${JSON.stringify(refused)}`)
}
