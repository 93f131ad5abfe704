// How long a person waits for the API while the node fetches 50,000 messages.

import { setTimeout as wait } from 'node:timers/promises'
import { signedFeeds } from './support/common-feeds.ts'
import { percentile } from './support/percentile.ts'
import { timeOf } from './support/stopwatch.ts'
import { startPair, sync } from './support/sync.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'
import type { NodeProcess } from './support/node-process.ts'

const PATHS = ['/v1/status', '/v1/feed?limit=20'] as const
const PAUSE_MS = 10
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
  const p99 = (times: readonly number[] = []) => ({ value: percentile(times, 0.99), unit: 'ms' }) as const
  return [
    ...PATHS.map(
      (path, index): Finding => ({
        what: `GET ${path} during a cold sync, p99`,
        figure: p99(busy[index]),
        limit: { ...p99(idle[index]), of: 'the same node, idle' },
        goal: { kind: 'at most', value: P99_MS_MAX },
        note: `longest ${Math.max(...(busy[index] ?? [])).toFixed(0)} ms`,
      }),
    ),
    {
      what: 'longest step of the main thread during a cold sync',
      figure: { value: receiver.stepMaxMs, unit: 'ms' },
      goal: { kind: 'at most', value: STEP_MS_MAX },
      note: `time on a core; with waiting for the disk and for other processes ${receiver.stallMaxMs.toFixed(0)} ms`,
    },
  ]
}

/** Asks every path in turn until `meanwhile` ends; answers the times of each. */
async function askDuring({ http }: NodeProcess, meanwhile: Promise<unknown>): Promise<number[][]> {
  let isOver = false
  void meanwhile.finally(() => {
    isOver = true
  })
  const times: number[][] = PATHS.map(() => [])
  while (!isOver) {
    for (const [index, path] of PATHS.entries()) times[index]?.push(await timeOf(() => http.get(path)))
    await wait(PAUSE_MS)
  }
  return times
}
