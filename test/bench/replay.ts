// A node whose projections are of another version, or gone, computes them all again from a log of a million messages.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { largeStore } from './support/common-feeds.ts'
import { copyOf } from './support/dataset.ts'
import { startNode } from './support/node-process.ts'
import { measure } from './support/stopwatch.ts'
import { PROJECTIONS_FILE } from './support/stored-log.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

/** What issue 6 asks for. */
const RATE_MIN = 20_000

/** From a start without projections until every question is answered from all of them, beside the same rows written with no rule around them. */
export async function replay(run: BenchRun): Promise<Finding[]> {
  const dataset = await largeStore(run)
  const dataDir = await copyOf(run, dataset)
  await rm(join(dataDir, PROJECTIONS_FILE))
  const node = await startNode(run, { dataDir, flags: ['--offline'] })
  const { rate } = await measure(dataset.messages, () =>
    run.following('replaying', dataset.messages, (reached) => node.settled(dataset.messages, reached)),
  )
  return [
    {
      what: `replay of all projections over ${dataset.messages.toLocaleString('en')}`,
      figure: rate,
      goal: { kind: 'at least', value: RATE_MIN },
    },
  ]
}
