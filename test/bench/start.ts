// How soon a node with a million messages serves, and how much memory it then rests in.

import { setTimeout as wait } from 'node:timers/promises'
import { largeStore } from './support/common-feeds.ts'
import { startNode } from './support/node-process.ts'
import { percentile } from './support/percentile.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'
import type { NodeProcess } from './support/node-process.ts'

const STARTS = 3

/** Memory is steady when it has not moved by more than a hundredth for so long; at the latest it is read after 30 s. */
const STEADY_MS = 5_000
const STEADY_WITHIN_MS = 30_000
const STEADY_SHARE = 0.01

const MIB = 1024 * 1024

/** goals.md, "start to serving" and "memory". */
const START_S_MAX = 1.5
const IDLE_MIB_MAX = 200

/** Both, beside a node that holds nothing. */
export async function start(run: BenchRun): Promise<Finding[]> {
  const { directory, messages } = await largeStore(run)
  const large = await startAndRest(run, directory, messages)
  const empty = await startAndRest(run, run.temporaryDirectory(), 0)
  const stored = `${messages.toLocaleString('en')} messages stored`
  return [
    {
      what: `start to serving, ${stored}`,
      figure: { value: large.startMs / 1000, unit: 's' },
      limit: { value: empty.startMs / 1000, unit: 's', of: 'the same node, empty' },
      goal: { kind: 'at most', value: START_S_MAX },
      note: `median of ${STARTS}`,
    },
    {
      what: `memory when idle, ${stored}`,
      figure: { value: large.rssBytes / MIB, unit: 'MiB' },
      limit: { value: empty.rssBytes / MIB, unit: 'MiB', of: 'the same node, empty' },
      goal: { kind: 'at most', value: IDLE_MIB_MAX },
    },
  ]
}

async function startAndRest(run: BenchRun, dataDir: string, messages: number) {
  // The first start may still have something to fold, when projections changed since the data was made.
  const node = await startNode(run, { dataDir })
  await run.following('folding', messages, (reached) => node.settled(messages, reached))
  await node.stop()
  const startTimes: number[] = []
  let rssBytes = 0
  for (let count = 0; count < STARTS; count++) {
    const started = await startNode(run, { dataDir })
    startTimes.push(started.startMs)
    if (count === STARTS - 1) rssBytes = await restingMemory(run, started)
    await started.stop()
  }
  return { startMs: percentile(startTimes, 0.5), rssBytes }
}

async function restingMemory(run: BenchRun, node: NodeProcess): Promise<number> {
  return run.following('waiting until memory is steady', undefined, async () => {
    let before = Number.POSITIVE_INFINITY
    for (let waited = 0; waited < STEADY_WITHIN_MS; waited += STEADY_MS) {
      const { rssBytes } = await node.vitals()
      if (Math.abs(rssBytes - before) < before * STEADY_SHARE) return rssBytes
      before = rssBytes
      await wait(STEADY_MS)
    }
    return before
  })
}
