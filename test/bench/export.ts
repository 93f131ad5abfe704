// All that a node holds goes into a file, one message a line.

import { join } from 'node:path'
import { signedText } from '../../src/feed/index.ts'
import { signedFeeds } from './support/common-feeds.ts'
import { copyOf, messagesOf } from './support/dataset.ts'
import { startNode } from './support/node-process.ts'
import { timeOf } from './support/stopwatch.ts'
import { runVerb } from './support/verb.ts'
import type { BenchRun } from './support/bench-run.ts'
import type { Finding } from './support/finding.ts'

const AUTHORS = 100

/** Issue 5, "Speed". */
const RATE_MIN = 15_000
/** goals.md: no synchronous step on the main thread over 20 ms. */
const STEP_MS_MAX = 20

/** `egregore export`, its own start included, beside reading the rows and spelling the lines in one process. */
export async function exportAll(run: BenchRun): Promise<Finding[]> {
  const data = await signedFeeds(run, AUTHORS)
  const node = await startNode(run, { dataDir: await copyOf(run, data), flags: ['--offline'] })
  await node.settled(data.messages)
  await node.vitals()
  const file = join(run.temporaryDirectory(), 'all.ndjson')
  const giving = await timeOf(() => runVerb(['export', file, '--data-dir', node.dataDir]))
  const { stepMaxMs } = await node.vitals()
  const bare = await timeOf(async () => (await messagesOf(data)).map((message) => `${signedText(message)}\n`).join(''))
  const rate = (ms: number) => ({ value: (data.messages / ms) * 1000, unit: 'messages/s' }) as const
  return [
    {
      what: 'export',
      figure: rate(giving),
      limit: { ...rate(bare), of: 'rows read and lines spelt in one process' },
      goal: { kind: 'at least', value: RATE_MIN },
    },
    {
      what: 'longest step of the main thread during an export',
      figure: { value: stepMaxMs, unit: 'ms' },
      goal: { kind: 'at most', value: STEP_MS_MAX },
    },
  ]
}
