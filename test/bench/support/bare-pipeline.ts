// The limit of taking in what peers send: signatures on the thread pool and batched inserts together, without network and without rules.

import { join } from 'node:path'
import { BareDatabase, ROWS_PER_TRANSACTION } from './bare-database.ts'
import { verifyBare } from './bare-message.ts'
import { inLanes } from './lanes.ts'
import { measure } from './stopwatch.ts'
import type { BareMessage } from './bare-message.ts'
import type { BenchRun } from './bench-run.ts'
import type { Measured } from './stopwatch.ts'

/** Signatures in flight: enough to keep the pool busy while the main thread stands in a transaction. */
const IN_FLIGHT = 1_024

/** How fast messages can be verified and stored on this machine at this minute. */
export async function measurePipeline(run: BenchRun, messages: readonly BareMessage[]): Promise<Measured> {
  const database = new BareDatabase(join(run.temporaryDirectory(), 'bare.db'))
  const batch: BareMessage[] = []
  const measured = await measure(messages.length, async () => {
    await inLanes(IN_FLIGHT, messages, async (message) => {
      await verifyBare(message)
      batch.push(message)
      if (batch.length === ROWS_PER_TRANSACTION) database.insert(batch.splice(0))
    })
    database.insert(batch)
  })
  database.close()
  return measured
}
