// How long a person waits for the API while the node fetches 50,000 messages.

import { setTimeout as wait } from 'node:timers/promises'
import { askDuring, latencyFindings } from './support/asking.ts'
import { signedFeeds } from './support/common-feeds.ts'
import { startPair, sync } from './support/sync.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const IDLE_MS = 2_000

/** goals.md: API p99 while a cold sync runs. */
const P99_MS_MAX = 50
/** goals.md: no synchronous step on the main thread over 20 ms. */
const STEP_MS_MAX = 20

/** Each path while nothing happens, then while a sync runs; and how long the main thread was away. */
export async function syncLatency(run: BenchRun): Promise<Finding[]> {
  const pair = await startPair(run, await signedFeeds(run, 100))
  const idle = await askDuring(pair.receiver, wait(IDLE_MS))
  const syncing = sync(run, pair)
  const busy = await askDuring(pair.receiver, syncing)
  const { receiver } = await syncing
  return [
    ...latencyFindings('a cold sync', { idle, busy }, P99_MS_MAX),
    {
      what: 'longest step of the main thread during a cold sync',
      figure: { value: receiver.stepMaxMs, unit: 'ms' },
      goal: { kind: 'at most', value: STEP_MS_MAX },
      note: `time on a core; with waiting for the disk and for other processes ${receiver.stallMaxMs.toFixed(0)} ms`,
    },
  ]
}
