// A file of 50,000 messages comes into a running node, each verified; and each is verified without a node.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signedText } from '../../src/feed/index.ts'
import { bareMessages } from './support/bare-message.ts'
import { measurePipeline } from './support/bare-pipeline.ts'
import { signedFeeds } from './support/common-feeds.ts'
import { messagesOf } from './support/dataset.ts'
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

/** `egregore import`, its own start included, and `--verify-only`. */
export async function importAll(run: BenchRun): Promise<Finding[]> {
  const messages = await messagesOf(await signedFeeds(run, AUTHORS))
  const pipeline = await measurePipeline(run, bareMessages(messages))
  const file = join(run.temporaryDirectory(), 'all.ndjson')
  await writeFile(file, messages.map((message) => `${signedText(message)}\n`).join(''))
  const node = await startNode(run, { dataDir: run.temporaryDirectory(), flags: ['--offline'] })
  await node.vitals()
  const taking = await run.following('importing', undefined, () =>
    timeOf(() => runVerb(['import', file, '--data-dir', node.dataDir])),
  )
  const vitals = await node.vitals()
  await node.settled(messages.length)
  const verifying = await timeOf(() => runVerb(['import', '--verify-only', file]))
  const rate = (ms: number) => ({ value: (messages.length / ms) * 1000, unit: 'messages/s' }) as const
  const of = 'verify and insert together'
  return [
    {
      what: 'import, verified and on disk',
      figure: rate(taking),
      limit: { ...pipeline.rate, of },
      goal: { kind: 'at least', value: RATE_MIN },
      note: `two processes on the cores that the limit had alone; ${(vitals.cpuMs / messages.length).toFixed(3)} ms of CPU a message in the node`,
    },
    {
      what: 'longest step of the main thread during an import',
      figure: { value: vitals.stepMaxMs, unit: 'ms' },
      goal: { kind: 'at most', value: STEP_MS_MAX },
    },
    { what: 'import --verify-only', figure: rate(verifying), limit: { ...pipeline.rate, of } },
  ]
}
